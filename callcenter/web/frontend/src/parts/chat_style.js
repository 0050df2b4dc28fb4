// @ts-check
// The chat widget's looks; a constructed sheet, so that no policy of the host page stands against it.
import { el } from "./chat_dom.js";

const STYLE = `
:host{all:initial;--ink:#1b2430;--soft:#55606e;--paper:#fff;--line:#d5dae1;--mine:#0b5cad;--mine-ink:#fff;--theirs:#eef1f5;--bad:#b3261e;font:16px/1.5 system-ui,-apple-system,"PingFang SC","Microsoft YaHei",sans-serif;color:var(--ink)}
@media (prefers-color-scheme:dark){:host{--ink:#e6e9ee;--soft:#a3adba;--paper:#171c23;--line:#3a424d;--mine:#1f6fc4;--theirs:#262d37;--bad:#ff8a80}}
*{box-sizing:border-box;font:inherit;color:inherit}[hidden]{display:none!important}
button{cursor:pointer;background:none;border:1px solid var(--line);border-radius:8px;padding:6px 12px;white-space:nowrap}
button:focus-visible,textarea:focus-visible,input:focus-visible,a:focus-visible,.log:focus-visible{outline:3px solid var(--mine);outline-offset:2px}
.primary{background:var(--mine);color:var(--mine-ink);border-color:transparent}
.launch{position:fixed;right:20px;bottom:20px;z-index:2147483000;border-radius:28px;padding:12px 20px;background:var(--mine);color:#fff;border:0;box-shadow:0 4px 16px #0004}
.count{display:inline-block;min-width:22px;margin-left:8px;border-radius:11px;background:#fff;color:#0b4a8b;text-align:center;font-weight:600}
.panel{position:fixed;right:20px;bottom:20px;z-index:2147483000;display:flex;flex-direction:column;width:380px;height:min(620px,calc(100vh - 40px));background:var(--paper);border:1px solid var(--line);border-radius:14px;box-shadow:0 8px 32px #0005;overflow:hidden}
.head{display:flex;align-items:center;gap:8px;padding:10px 12px;border-bottom:1px solid var(--line)}.head h2{flex:1;margin:0;font-weight:600}
.bar{padding:6px 12px;background:var(--theirs);font-size:14px}.bar:empty{display:none}
.log{flex:1;overflow-y:auto;padding:12px;display:flex;flex-direction:column;gap:8px}
.m{max-width:85%;align-self:flex-start}.m.visitor{align-self:flex-end}.m p{margin:0;padding:8px 12px;border-radius:12px;background:var(--theirs);white-space:pre-wrap;overflow-wrap:anywhere}
.m.visitor p{background:var(--mine);color:var(--mine-ink)}.m.notice{align-self:center;max-width:100%}.m.notice p{background:none;color:var(--soft);font-size:14px}
.who{font-size:13px;color:var(--soft)}.m.visitor .who{text-align:right}.bad{color:var(--bad)}
.choices{display:flex;flex-wrap:wrap;gap:6px;margin-top:6px}.choices button,.m button{white-space:normal;text-align:start}canvas{max-width:100%;border-radius:10px;display:block}
form.say{display:flex;gap:8px;padding:10px 12px;border-top:1px solid var(--line);align-items:flex-end}
textarea,input{width:100%;border:1px solid #7a8594;border-radius:8px;padding:8px;background:var(--paper)}textarea{resize:none}.say .secret{-webkit-text-security:disc}.say textarea{height:44px;max-height:120px}
.form{display:flex;flex-direction:column;gap:8px;padding:12px;border-top:1px solid var(--line)}.form p{margin:0}.stars{display:flex;gap:6px}.stars button{flex:1}.stars [aria-pressed=true]{background:var(--mine);color:#fff}
.more{display:flex;flex-wrap:wrap;gap:6px;padding:8px 12px;border-bottom:1px solid var(--line)}.more button{font-size:14px}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media (max-width:480px){.panel{right:0;bottom:0;width:100vw;height:100dvh;border-radius:0;border:0}}
@media (prefers-reduced-motion:no-preference){.panel{animation:up .15s ease-out}@keyframes up{from{opacity:0;transform:translateY(8px)}}}
`;

/** @param {ShadowRoot} root */
export function dress(root) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(el("style", { text: STYLE })); // browsers of before 2023
  }
}
