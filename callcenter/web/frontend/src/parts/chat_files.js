// @ts-check
// Files from the desk to the visitor: chosen, dropped or pasted, one after the other; and as they are shown.

import { newId } from "./desk_id.js";
import { upload } from "./post.js";

/** @typedef {{address: string, width: number, height: number}} FileRef */

const MOST_TALL = 180;

export class ChatFiles {
  /**
   * @param {HTMLElement} pane @param {() => {desk: string, contact: string, open: boolean}} where
   * @param {(error: unknown) => void} failed
   */
  constructor(pane, where, failed) {
    this.where = where;
    this.failed = failed;
    this.sending = /** @type {HTMLElement} */ (document.getElementById("chat-sending"));
    this.queue = Promise.resolve();
    const field = /** @type {HTMLInputElement} */ (document.getElementById("chat-file"));
    document.getElementById("chat-attach")?.addEventListener("click", () => field.click());
    field.addEventListener("change", () => { this.send([...(field.files ?? [])]); field.value = ""; });
    pane.addEventListener("paste", (event) => this.take(event, event.clipboardData));
    pane.addEventListener("drop", (event) => this.take(event, event.dataTransfer));
    pane.addEventListener("dragover", (event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
  }

  /** @param {Event} event @param {DataTransfer | null} data */
  take(event, data) {
    const files = [...(data?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.send(files);
  }

  /** @param {File[]} files */
  send(files) {
    const { desk, contact, open } = this.where();
    if (!open || !contact) return;
    for (const file of files) this.queue = this.queue.then(() => this.one(file, desk, contact));
  }

  /** @param {File} file @param {string} desk @param {string} contact */
  async one(file, desk, contact) {
    this.sending.textContent = `${this.sending.dataset.text ?? ""} ${file.name}`;
    this.sending.hidden = false;
    const about = new URLSearchParams({ desk, contact, command: newId(), name: file.name });
    try {
      await upload(`/agent/chats/file?${about}`, file);
    } catch (error) {
      this.failed(error);
    } finally {
      this.sending.hidden = true;
    }
  }
}

/**
 * A file as the messages show it: a picture in place, anything else by its name.
 * @param {FileRef} file @param {string} name @returns {HTMLElement}
 */
export function shownFile(file, name) {
  const link = document.createElement("a");
  link.href = file.address;
  link.target = "_blank";
  link.rel = "noopener";
  if (!file.width) {
    link.textContent = `⎙ ${name}`;
    link.download = name;
    return link;
  }
  const picture = document.createElement("img");
  const scale = Math.min(1, MOST_TALL / file.height);
  picture.src = file.address;
  picture.alt = name;
  picture.width = Math.round(file.width * scale);
  picture.height = Math.round(file.height * scale);
  link.append(picture);
  return link;
}
