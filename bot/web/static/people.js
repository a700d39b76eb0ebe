// Who this tab is, and where they write: the avatars at the top and the list of conversations.

import { avatar, badge, byId, element, show } from "./dom.js";
import { short } from "./times.js";

export function showPlaces(store, choose) {
  const select = byId("place");
  byId("place-choice").hidden = store.places.length < 2;
  select.onchange = () => choose(store.people.find((person) => person.place === select.value).id);
  show(
    select,
    store.places.map((place) => ({ key: place, unread: store.unreadIn(place) })),
    ({ key }) => element("option", { value: key }),
    (option, { key, unread }) => {
      option.textContent = unread ? `${key}（${unread} 条未读）` : key;
    },
  );
  select.value = store.self.place;
}

export function showPeople(store, choose) {
  const here = store.people.filter((person) => person.place === store.self.place);
  const items = here.map((person) => ({ ...person, key: `${person.id} ${person.name} ${person.note ?? ""}` }));
  show(
    byId("people"),
    items,
    (person) => {
      const radio = element("input", { type: "radio", name: "person", value: person.id, class: "unseen" });
      radio.addEventListener("change", () => choose(person.id));
      const face = element("span", { class: "face" }, avatar(person));
      const note = person.note ? [element("small", {}, person.note)] : [];
      return element("label", { class: "person" }, radio, face, element("span", { class: "name" }, person.name), ...note);
    },
    (label, person) => {
      const radio = label.querySelector("input");
      const chosen = person.id === store.me;
      if (chosen && !radio.checked) label.scrollIntoView({ block: "nearest", inline: "nearest" });
      radio.checked = chosen;
      badge(label.querySelector(".face"), store.unreadOfAll(person.id));
    },
  );
}

export function showConversations(store, open) {
  show(
    byId("conversations"),
    store.conversations(),
    (conversation) => {
      const face = conversation.room
        ? element("span", { class: "avatar group", "aria-hidden": "true" }, "群")
        : avatar(store.person(store.bot.id));
      const button = element(
        "button",
        { type: "button" },
        element("span", { class: "face" }, face),
        element("span", { class: "name" }),
        element("time", { class: "last" }),
        element("span", { class: "preview" }),
      );
      button.addEventListener("click", () => open(conversation.key));
      return element("li", {}, button);
    },
    (item, conversation) => {
      const last = store.thread(conversation.key).at(-1);
      const { count, mentioned } = store.unreadOf(store.me, conversation.key);
      const current = conversation.key === store.open;
      item.querySelector("button").setAttribute("aria-current", String(current));
      item.querySelector(".name").textContent = conversation.name;
      item.querySelector(".last").textContent = last ? short(new Date(last.at), store.now()) : "";
      const preview = mentioned ? [element("b", {}, "[有人@我] "), previewOf(last, store)] : [previewOf(last, store)];
      item.querySelector(".preview").replaceChildren(...preview);
      badge(item.querySelector(".face"), count);
    },
  );
}

export function showTitle(store) {
  const { room } = store;
  const unread = store.unreadOfAll(store.me);
  byId("title").textContent = room ? room.topic : store.bot.name;
  byId("members").textContent = room ? `（${room.members.length}）` : "私聊";
  document.title = `${unread ? `(${unread}) ` : ""}${store.self.name} · ${store.bot.name} · 沙盒`;
}

function previewOf(message, store) {
  if (!message) return store.self.friend === false ? "" : "还没有消息";
  if (message.recalled) return "撤回了一条消息";
  const title = message.card ? `[链接] ${message.card.title}` : message.text;
  const said = message.file ? `[${message.file.image ? "图片" : "文件"}] ${message.file.name}` : title;
  const line = said.replace(/\s+/g, " ").slice(0, 60);
  return message.room && message.sender !== store.me ? `${store.person(message.sender).name}：${line}` : line;
}
