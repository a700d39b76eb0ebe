// Times of the sandbox, as Shanghai's clocks show them wherever the browser is.

const ZONE = "Asia/Shanghai";
const DAY = 86_400_000;
const SEPARATE = 5 * 60_000; // a pause after which WeChat shows the time anew

const parts = new Intl.DateTimeFormat("en-CA", {
  timeZone: ZONE,
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
});
const weekday = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, weekday: "short" });

function read(moment) {
  return Object.fromEntries(parts.formatToParts(moment).map(({ type, value }) => [type, value]));
}

const dayOf = (moment) => new Date(`${isoMinute(moment).slice(0, 10)}T00:00Z`).getTime();

// 2026-11-25T09:00, as a datetime-local input has it.
export function isoMinute(moment) {
  const { year, month, day, hour, minute } = read(moment);
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

// 2026年11月25日 周三 09:00
export function full(moment) {
  const { year, month, day, hour, minute } = read(moment);
  return `${year}年${Number(month)}月${Number(day)}日 ${weekday.format(moment)} ${hour}:${minute}`;
}

// As short as it is clear at `now`: 09:00, 昨天 09:00, 11月20日 09:00, 2025年11月20日 09:00.
export function short(moment, now) {
  const { year, month, day, hour, minute } = read(moment);
  const days = (dayOf(now) - dayOf(moment)) / DAY;
  const clock = `${hour}:${minute}`;
  if (days === 0) return clock;
  if (days === 1) return `昨天 ${clock}`;
  const date = `${Number(month)}月${Number(day)}日 ${clock}`;
  return year === read(now).year ? date : `${year}年${date}`;
}

export const apart = (before, after) => !before || Math.abs(after - before) > SEPARATE;
