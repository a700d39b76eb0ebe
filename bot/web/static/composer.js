// Writing: the text box with its drafts, examples, files, and becoming the bot's friend.

import { post, Refused } from "./connection.js";
import { byId, element, show } from "./dom.js";
import { mentioned, mentionText } from "./words.js";

const REFUSAL_SHOWN = 6000; // milliseconds
const TALLEST = 160; // pixels of the text box

const text = byId("text");
const refusal = byId("refusal");
const drafts = new Map(); // by person and conversation
let place = "";
let inOrder = Promise.resolve(); // messages are posted one after another, as they were written
let hiding = 0;

export function showComposer(store) {
  const stranger = !store.room && !store.self.friend;
  byId("befriend").hidden = !stranger;
  byId("composer").hidden = stranger;
  byId("mention").hidden = !store.room;
  changePlace(`${store.me} ${store.open}`);
  const examples = (store.room ? store.self.group : store.self.private) ?? [];
  show(
    byId("examples"),
    examples.map((example) => ({ ...example, key: `${example.label} ${example.text}` })),
    (example) => {
      const button = element("button", { type: "button", title: example.text }, example.label);
      button.addEventListener("click", () => write(example.text));
      return button;
    },
  );
}

// Put something into the text box, to be looked over and sent.
export function write(words) {
  text.value = words;
  grow();
  text.focus();
}

// Do what is posted; what is refused is said until the next attempt.
export async function attempt(path, body) {
  refusal.hidden = true;
  try {
    await post(path, body);
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    refuse(error.message);
    return false;
  }
}

export function listen(store) {
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send(store);
  });
  text.addEventListener("keydown", (event) => {
    // While an input method is open, Enter chooses a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send(store);
  });
  text.addEventListener("input", grow);
  byId("mention").addEventListener("click", () => {
    text.setRangeText(mentionText(store.bot.name), text.selectionStart, text.selectionEnd, "end");
    grow();
    text.focus();
  });
  byId("file").addEventListener("change", ({ target }) => {
    for (const file of target.files) sendFile(store, file);
    target.value = "";
  });
  byId("befriend-button").addEventListener("click", () => attempt("/friends", { sender: store.me }));
}

function send(store) {
  const words = text.value;
  if (!words.trim()) return;
  const { me, room, open } = store;
  const members = (room?.members ?? []).map((id) => store.person(id));
  const body = { sender: me, room: room?.id, text: words, mentions: mentioned(words, members) };
  text.value = "";
  grow();
  inOrder = inOrder.then(async () => {
    if (await attempt("/messages", body)) return;
    if (place === `${me} ${open}`) write(text.value ? `${words}\n${text.value}` : words);
    else drafts.set(`${me} ${open}`, words);
  });
}

function sendFile(store, file) {
  const limit = Number(document.body.dataset.fileLimit);
  if (file.size > limit) {
    refuse(`“${file.name}”超过 ${limit / 1_000_000} MB，没有发送。`);
    return;
  }
  const form = new FormData();
  form.append("file", file);
  const where = new URLSearchParams({ sender: store.me, ...(store.room && { room: store.room.id }) });
  inOrder = inOrder.then(() => attempt(`/files?${where}`, form));
}

function changePlace(next) {
  if (next === place) return;
  drafts.set(place, text.value);
  place = next;
  text.value = drafts.get(place) ?? "";
  grow();
}

function refuse(sentence) {
  refusal.textContent = sentence;
  refusal.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (refusal.hidden = true), REFUSAL_SHOWN);
}

function grow() {
  text.style.height = "";
  if (text.value) text.style.height = `${Math.min(text.scrollHeight, TALLEST)}px`;
}
