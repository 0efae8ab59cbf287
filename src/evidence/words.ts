import { duration } from '../report/duration.ts';

/** A time to the second, for people: 2026-11-20 23:47:11. All times of a page are UTC. */
export function timeText(iso: string): string {
  return iso.replace('T', ' ').replace(/(?:\.\d+)?Z$/, '');
}

/** How long something took, to the millisecond where it is short. */
export function secondsText(seconds: number): string {
  if (seconds === 0) return '0 s';
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : duration(seconds);
}

/** A share in percent, never rounded up: only what is whole is 100 %. */
export function shareText(share: number): string {
  if (share === 1) return '100 %';
  const places = share > 0.99 ? 4 : 1;
  return `${(Math.floor(share * 100 * 10 ** places) / 10 ** places).toFixed(places)} %`;
}

/** A count, with a comma between thousands. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A count of things, in words. */
export function plural(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}
