// Building and updating elements. User-made text only ever becomes text nodes: nothing here takes HTML.

export const byId = (id) => document.getElementById(id);

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// Make the children of `parent` show `items` (each with a `key`), keeping the elements, and with them the focus.
export function show(parent, items, create, update = () => {}) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let position = parent.firstElementChild;
  for (const item of items) {
    let child = old.get(item.key);
    old.delete(item.key);
    if (!child) {
      child = create(item);
      child.dataset.key = item.key;
    }
    if (child === position) position = position.nextElementSibling;
    else parent.insertBefore(child, position);
    update(child, item);
  }
  for (const child of old.values()) child.remove();
}

const HUES = 8;

export function avatar(person) {
  let sum = 0;
  for (const letter of person.id) sum += letter.codePointAt(0);
  const classes = person.bot ? "avatar bot" : `avatar hue-${sum % HUES}`;
  return element("span", { class: classes, "aria-hidden": "true" }, [...person.name].slice(-2).join(""));
}

export function badge(parent, count) {
  const shown = parent.querySelector(".badge") ?? parent.appendChild(element("span", { class: "badge" }));
  shown.hidden = count === 0;
  shown.textContent = count > 99 ? "99+" : String(count);
  shown.setAttribute("aria-label", `${count} 条未读`);
}
