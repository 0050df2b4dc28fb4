// @ts-check
// What the chat widget says, in Chinese and English.

const ZH = {
  open: "在线客服", close: "关闭", write: "输入消息", writeSecret: "输入内容不显示", send: "发送", file: "发送图片或文件", me: "我", agent: "客服", bot: "智能助手", system: "系统",
  sending: "发送中…", sent: "已发送", read: "已读", failed: "未发送", again: "重新发送", typing: "对方正在输入…",
  offline: "连接已断开，正在重新连接，您写的内容会保留", next: "您是下一位", ahead: "您前面还有 {n} 位", wait: "，预计等待 {n} 分钟",
  ended: "会话已结束", anew: "开始新的会话", end: "结束会话", away: "现在是非工作时间，请留言，我们会与您联系", name: "姓名", reach: "电话或邮箱（必填）", text: "留言内容（必填）",
  leave: "提交留言", left: "留言已收到，我们会尽快与您联系", rate: "请为本次服务评分", comment: "您的意见（可不填）", rateSend: "提交评价", thanks: "感谢您的评价",
  saveText: "保存为文本", saveHtml: "保存为网页", mail: "发送到邮箱", address: "邮箱地址", mailed: "已发送到邮箱", menu: "更多",
  over: "在线客服暂时不可用，请稍后再试", reload: "在线客服已更新，请刷新页面", upload: "正在上传 {n}", picture: "图片：{n}", download: "下载 {n}",
  text_too_long: "内容太长", text_empty: "请先输入内容", conversation_closed: "会话已结束", closed_now: "现在是非工作时间", too_many_conversations: "会话过多，请稍后再试",
  file_type: "不支持这种文件", file_too_big: "文件太大", files_too_many: "本次会话的文件已超过限额", file_refused: "文件未通过安全检查", picture_too_large: "图片尺寸太大",
  picture_broken: "图片无法读取", file_empty: "文件是空的", reach_missing: "请填写电话或邮箱", bad_address: "邮箱地址不正确", too_fast: "发送太快，请稍候", other: "未能完成，请稍后再试",
};
/** @type {typeof ZH} */
const EN = {
  open: "Chat with us", close: "Close", write: "Write a message", writeSecret: "What you type is hidden", send: "Send", file: "Send a picture or file", me: "Me", agent: "Agent", bot: "Assistant", system: "System",
  sending: "Sending…", sent: "Sent", read: "Seen", failed: "Not sent", again: "Send again", typing: "Typing…",
  offline: "The connection was lost. Connecting again; what you write is kept.", next: "You are next", ahead: "{n} before you", wait: ", about {n} min",
  ended: "The conversation has ended", anew: "Start a new conversation", end: "End the conversation", away: "We are closed now. Leave a message and we will get back to you.", name: "Name", reach: "Telephone or e-mail (required)", text: "Message (required)",
  leave: "Leave the message", left: "We have your message and will get back to you", rate: "How was it?", comment: "Comment (optional)", rateSend: "Send rating", thanks: "Thank you for your rating",
  saveText: "Save as text", saveHtml: "Save as page", mail: "Send by e-mail", address: "E-mail address", mailed: "Sent by e-mail", menu: "More",
  over: "The chat is not available now. Please try again later.", reload: "The chat was updated. Please reload the page.", upload: "Uploading {n}", picture: "Picture: {n}", download: "Download {n}",
  text_too_long: "The message is too long", text_empty: "Write something first", conversation_closed: "The conversation has ended", closed_now: "We are closed now", too_many_conversations: "Too many conversations. Please try again later.",
  file_type: "Files of this kind can not be sent", file_too_big: "The file is too large", files_too_many: "Too many files in this conversation", file_refused: "The file did not pass the security check", picture_too_large: "The picture is too large",
  picture_broken: "The picture can not be read", file_empty: "The file is empty", reach_missing: "Give a telephone number or an e-mail address", bad_address: "This is no e-mail address", too_fast: "Too fast. Please wait a moment.", other: "That did not work. Please try again later.",
};

/** @typedef {keyof typeof ZH} Word */

/** @param {string} language @returns {(word: string, n?: string | number) => string} */
export function wordsIn(language) {
  /** @type {Record<string, string>} */
  const words = language.toLowerCase().startsWith("zh") ? ZH : EN;
  return (word, n = "") => (words[word] ?? words.other ?? "").replace("{n}", String(n));
}

/** Both tables, for a test that they say the same things. */
export const TABLES = [ZH, EN];
