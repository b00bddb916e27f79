//! What an organizer sets up, and who buys.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const PIN = '483920';

/** @typedef {import('../browser/place.js').Place} Place */
/** @typedef {import('../browser/place.js').Ticket} Ticket */

/**
 * Tickets, a gate, a supervisor.
 *
 * @param {Place} place
 */
export async function prepare(place) {
  await place.post(place.path('tiers'), { name: 'Standing', price_minor: 0 });
  await place.post(place.path('quotas'), { name: 'House', size: 5000, tiers: [1] });
  await place.post(place.path('gates'), { name: 'North gate' });
  await place.post(place.path('operators'), { name: 'Vera', role: 'supervisor', pin: PIN });
}

/**
 * Gives each guest a free ticket, in one order.
 *
 * @param {Place} place
 * @param {string[]} guests
 * @returns {Promise<Ticket[]>}
 */
export async function buy(place, guests) {
  const name = guests.join(', ');
  const order = await place.post(
    place.path('orders'),
    {
      positions: [{ tier: 1, quantity: guests.length, attendees: guests }],
      email: 'guest@example.org',
      name: guests[0],
    },
    { 'idempotency-key': name },
  );
  const headers = { authorization: `Bearer ${order.secret}` };
  const tickets = [];
  for (const { id } of order.positions) {
    const address = `${place.url}/api/v1/positions/${id}/ticket`;
    const { code } = /** @type {any} */ (await (await fetch(address, { headers })).json());
    const png = await fetch(`${address}.png`, { headers });
    const picture = join(place.folder, `ticket-${id}.png`);
    writeFileSync(picture, Buffer.from(await png.arrayBuffer()));
    tickets.push({ code, picture });
  }
  return tickets;
}
