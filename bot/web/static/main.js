// The sandbox page: events change the store, and what has changed is shown.

import * as clock from "./clock.js";
import * as composer from "./composer.js";
import { follow } from "./connection.js";
import { byId } from "./dom.js";
import { showConversations, showPeople, showPlaces, showTitle } from "./people.js";
import { Store } from "./store.js";
import { showRecalls, showThread } from "./thread.js";

const SECOND = 1000;

const store = new Store();

const actions = {
  recall: (message) => composer.attempt(`/messages/${encodeURIComponent(message)}/recall`, { sender: store.me }),
  rewrite: composer.write,
};

function look(person, conversation) {
  store.look(person, conversation);
  showAll();
}

function showAll() {
  if (!store.ready) return;
  byId("staged").hidden = !store.staged;
  showPlaces(store, (person) => look(person, store.open));
  showPeople(store, (person) => look(person, store.open));
  showConversations(store, (conversation) => look(store.me, conversation));
  showTitle(store);
  composer.showComposer(store);
  showThread(store, actions);
  clock.showClock(store);
}

composer.listen(store);
clock.listen();
follow(
  (event) => {
    store.take(event);
    if (event.type !== "message") clock.offerMoment(store);
    showAll();
  },
  (connected) => {
    byId("away").hidden = connected;
  },
);
addEventListener("hashchange", () => {
  store.followAddress();
  showAll();
});
setInterval(() => {
  if (!store.ready) return;
  clock.showClock(store);
  showRecalls(store);
}, SECOND);
