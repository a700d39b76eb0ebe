// A message's text as nodes: links and mentions are marked, the rest is plain text.

import { element } from "./dom.js";

const LINK = String.raw`https?:\/\/[^\s<>"'“”‘’（）【】《》，。；：！？、]+`;
const TRAILING = /[.,;:!?)\]]+$/;
const SPACE = "\u2005"; // what WeChat puts after a mention

// `members` are the people whose names may be mentioned; `me` is shown stronger.
export function words(text, members, me) {
  const byName = new Map(members.map((member) => [`@${member.name}`, member]));
  const names = [...byName.keys()].sort((one, other) => other.length - one.length).map(escaped);
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(new RegExp([LINK, ...names].join("|"), "gu"))) {
    const found = byName.has(match[0]) ? match[0] : match[0].replace(TRAILING, "");
    nodes.push(text.slice(end, match.index), byName.has(found) ? mention(byName.get(found), me) : link(found));
    end = match.index + found.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

// Who of `members` the text mentions, as ids.
export function mentioned(text, members) {
  return members.filter((member) => new RegExp(`${escaped(`@${member.name}`)}(?=\\s|${SPACE}|$|\\p{P})`, "u").test(text)).map(({ id }) => id);
}

export const mentionText = (name) => `@${name}${SPACE}`;

export function mention(member, me) {
  return element("span", { class: member.id === me ? "mention me" : "mention" }, `@${member.name}`);
}

function link(address) {
  return URL.canParse(address)
    ? element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address)
    : address;
}

function escaped(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
