// The messages of the open conversation.

import { avatar, byId, element, show } from "./dom.js";
import { apart, full, short } from "./times.js";
import { mention, words } from "./words.js";

const RECALL_WITHIN = 120_000; // milliseconds, as on the server
const AT_BOTTOM = 60; // pixels

const thread = byId("thread");
const newer = byId("newer");
let shown = ""; // whose conversation, to start at its end when it changes
let count = 0;

export function showThread(store, { recall, rewrite }) {
  const which = `${store.me} ${store.open}`;
  const messages = store.thread();
  const stay = which === shown && !atBottom();
  const more = messages.length > count;
  const mine = messages.at(-1)?.sender === store.me;
  show(thread, rows(messages, store), (row) => create(row, store, recall, rewrite));
  showRecalls(store);
  if (!stay || (more && mine)) toBottom();
  else if (more) newer.hidden = false;
  shown = which;
  count = messages.length;
}

// Which of one's own messages can still be recalled changes with the time.
export function showRecalls(store) {
  for (const button of thread.querySelectorAll(".recall")) {
    button.hidden = store.now() - new Date(button.dataset.at) > RECALL_WITHIN;
  }
}

// A line with the time stands before a message that comes after a pause. What is shown of a message is part
// of its key: it is built anew when it changes.
function rows(messages, store) {
  const made = [];
  let before = null;
  for (const message of messages) {
    const at = new Date(message.at);
    if (apart(before, at)) made.push({ key: `time ${message.id} ${short(at, store.now())}`, at });
    before = at;
    const mine = message.sender === store.me;
    made.push({ key: `${message.id} ${message.recalled} ${mine} ${store.person(message.sender).name}`, message, mine });
  }
  return made;
}

function create(row, store, recall, rewrite) {
  if (!row.message) {
    const time = element("time", { datetime: row.at.toISOString(), title: full(row.at) }, short(row.at, store.now()));
    return element("li", { class: "note" }, time);
  }
  return row.message.recalled ? recalled(row, store, rewrite) : said(row, store, recall);
}

function recalled({ message, mine }, store, rewrite) {
  const note = element("li", { class: "note" }, `${mine ? "你" : store.person(message.sender).name}撤回了一条消息`);
  if (mine && message.text) {
    const again = element("button", { type: "button" }, "重新编辑");
    again.addEventListener("click", () => rewrite(message.text));
    note.append(" ", again);
  }
  return note;
}

function said({ message, mine }, store, recall) {
  const sender = store.person(message.sender);
  const body = element("div", { class: "body" });
  body.append(element("span", { class: message.room && !mine ? "sender" : "sender unseen" }, sender.name));
  body.append(content(message, store));
  if (mine) {
    const button = element("button", { type: "button", class: "recall", "data-at": message.at }, "撤回");
    button.addEventListener("click", () => recall(message.id));
    body.append(button);
  }
  return element("li", { class: mine ? "message mine" : "message", title: full(new Date(message.at)) }, avatar(sender), body);
}

function content(message, store) {
  if (message.file) return attachment(message);
  return message.card ? card(message.card) : bubble(message, store);
}

function card({ title, description, url }) {
  const inside = [element("strong", {}, title), element("span", { class: "description" }, description), element("small", {}, site(url))];
  // Only what a browser opens as a page: an address of another kind could run something.
  if (!/^https?:\/\//i.test(url)) return element("div", { class: "card" }, ...inside);
  return element("a", { class: "card", href: url, target: "_blank", rel: "noopener noreferrer" }, ...inside);
}

function site(url) {
  return URL.canParse(url) ? new URL(url).host : url;
}

function bubble(message, store) {
  const members = message.room ? membersOf(message.room, store) : [];
  const unnamed = members.filter(({ id, name }) => message.mentions.includes(id) && !message.text.includes(`@${name}`));
  const before = unnamed.flatMap((member) => [mention(member, store.me), " "]);
  return element("p", { class: "bubble" }, ...before, ...words(message.text, members, store.me));
}

function attachment({ id, file }) {
  const address = `/files/${encodeURIComponent(id)}`;
  if (file.image) {
    const image = element("img", { src: address, alt: `图片：${file.name}` });
    image.addEventListener("load", () => newer.hidden && toBottom());
    return element("a", { class: "picture", href: address, target: "_blank", rel: "noopener noreferrer" }, image);
  }
  const kind = file.name.includes(".") ? file.name.split(".").pop().slice(0, 4) : "文件";
  const about = element("span", { class: "about" }, element("span", { class: "file-name" }, file.name), element("small", {}, size(file.size)));
  return element("a", { class: "file", href: `${address}?save`, download: file.name }, about, element("span", { class: "kind", "aria-hidden": "true" }, kind));
}

function membersOf(roomId, store) {
  return (store.rooms.find((room) => room.id === roomId)?.members ?? []).map((id) => store.person(id));
}

function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const atBottom = () => thread.scrollHeight - thread.scrollTop - thread.clientHeight < AT_BOTTOM;

function toBottom() {
  thread.scrollTop = thread.scrollHeight;
  newer.hidden = true;
}

thread.addEventListener("scroll", () => {
  if (atBottom()) newer.hidden = true;
});
newer.addEventListener("click", toBottom);
new ResizeObserver(() => newer.hidden && toBottom()).observe(thread);
