// The way to the bot: events come over a websocket, what a person does is posted.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 5000;

// Follow what happens, and connect again whenever the bot was away. `onState` gets true or false.
export function follow(onEvent, onState) {
  let wait = FIRST_WAIT;
  const connect = () => {
    const socket = new WebSocket(`ws://${location.host}/live`);
    socket.addEventListener("open", () => {
      wait = FIRST_WAIT;
      onState(true);
    });
    socket.addEventListener("message", (message) => onEvent(JSON.parse(message.data)));
    socket.addEventListener("close", () => {
      onState(false);
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  };
  connect();
}

export class Refused extends Error {}

// Post, and return when it is done; a `Refused` says in one sentence why it is not.
export async function post(path, body) {
  const form = body instanceof FormData;
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      body: form ? body : JSON.stringify(body),
      headers: form ? {} : { "Content-Type": "application/json" },
    });
  } catch {
    throw new Refused("没有送到：机器人没有在运行。");
  }
  if (!response.ok) throw new Refused(await response.text());
}
