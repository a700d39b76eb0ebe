// What is known of the world, and through whose eyes this tab looks at it.
// Person and conversation stand in the address (#person/conversation): each tab is somebody, also after reloading.

export const PRIVATE = "private"; // the conversation with the bot; the others are named by their room's id

export class Store {
  constructor() {
    this.ready = false;
    this.staged = false; // a scene is being played: nobody else can say anything
    this.bot = { id: "", name: "" };
    this.people = [];
    this.rooms = [];
    this.messages = new Map();
    this.unread = new Map(); // person → conversation → { count, mentioned }
    this.ahead = 0; // milliseconds that the sandbox is ahead of this computer
    this.#readAddress();
  }

  take(event) {
    switch (event.type) {
      case "world":
        this.#setTime(event.now);
        this.#takeWorld(event);
        break;
      case "message":
        this.#takeMessage(event.message);
        break;
      case "recalled": {
        const message = this.messages.get(event.id);
        if (message) message.recalled = true; // its text stays here, so that its author can write it anew
        break;
      }
      case "clock":
        this.#setTime(event.now);
    }
  }

  look(person, conversation) {
    this.me = person;
    this.open = conversation;
    this.#settle();
  }

  followAddress() {
    this.#readAddress();
    this.#settle();
  }

  now() {
    return new Date(Date.now() + this.ahead);
  }

  person(id) {
    if (id === this.bot.id) return { ...this.bot, bot: true };
    return this.people.find((person) => person.id === id) ?? { id, name: id };
  }

  get self() {
    return this.person(this.me);
  }

  get room() {
    return this.rooms.find((room) => room.id === this.open);
  }

  // The organisations that people belong to, in the order in which they first appear.
  get places() {
    return [...new Set(this.people.map((person) => person.place))];
  }

  unreadIn(place) {
    let sum = 0;
    for (const person of this.people) if (person.place === place) sum += this.unreadOfAll(person.id);
    return sum;
  }

  conversations(person = this.me) {
    const rooms = this.rooms.filter((room) => room.members.includes(person));
    return [
      ...rooms.map((room) => ({ key: room.id, name: room.topic, room })),
      { key: PRIVATE, name: this.bot.name, room: null },
    ];
  }

  thread(conversation = this.open) {
    return [...this.messages.values()].filter((message) => this.#shown(message, this.me, conversation));
  }

  unreadOf(person, conversation) {
    return this.unread.get(person)?.get(conversation) ?? { count: 0, mentioned: false };
  }

  unreadOfAll(person) {
    let sum = 0;
    for (const { count } of this.unread.get(person)?.values() ?? []) sum += count;
    return sum;
  }

  #takeWorld(world) {
    const again = this.ready;
    const people = world.people.map((person) => ({ place: "", ...person }));
    Object.assign(this, { bot: world.bot, people, rooms: world.rooms, staged: world.staged, ready: true });
    const known = this.messages;
    this.messages = new Map();
    for (const message of world.messages) {
      const before = known.get(message.id);
      if (before) this.messages.set(message.id, Object.assign(before, { recalled: message.recalled }));
      else if (again) this.#takeMessage(message);
      else this.messages.set(message.id, message);
    }
    this.#settle();
  }

  #takeMessage(message) {
    this.messages.set(message.id, message);
    for (const { id } of this.people) {
      const conversation = message.room ?? PRIVATE;
      if (id === message.sender || !this.#shown(message, id, conversation)) continue;
      if (id === this.me && conversation === this.open) continue;
      const { count, mentioned } = this.unreadOf(id, conversation);
      if (!this.unread.has(id)) this.unread.set(id, new Map());
      this.unread.get(id).set(conversation, {
        count: count + 1,
        mentioned: mentioned || message.mentions.includes(id),
      });
    }
  }

  #shown(message, person, conversation) {
    if (conversation !== PRIVATE) {
      return message.room === conversation && this.rooms.some((room) => room.id === conversation && room.members.includes(person));
    }
    return message.room === null && (message.sender === person || message.to === person);
  }

  #setTime(now) {
    this.ahead = Date.parse(now) - Date.now();
  }

  #readAddress() {
    const [person, conversation] = location.hash.slice(1).split("/").map(decode);
    this.me = person;
    this.open = conversation;
  }

  // Somebody who exists and a conversation of theirs, whatever the address said.
  #settle() {
    if (!this.ready || this.people.length === 0) return;
    if (!this.people.some((person) => person.id === this.me)) this.me = this.people[0].id;
    const conversations = this.conversations();
    if (!conversations.some((conversation) => conversation.key === this.open)) this.open = conversations[0].key;
    this.unread.get(this.me)?.delete(this.open);
    history.replaceState(null, "", `#${encodeURIComponent(this.me)}/${encodeURIComponent(this.open)}`);
  }
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
