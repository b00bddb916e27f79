//! The network between a device and its server: it can be pulled out and put back.
import { connect, createServer } from 'node:net';

/** Carries bytes to a server while it is whole. */
export class Network {
  url = '';
  #server = createServer((near) => this.#carry(near));
  /** @type {Set<import('node:net').Socket>} */
  #ends = new Set();
  #whole = true;
  #port = 0;

  /**
   * @param {string} url of the server
   * @returns {Promise<Network>}
   */
  async to(url) {
    this.#port = Number(new URL(url).port);
    await new Promise((done) => this.#server.listen(0, '127.0.0.1', () => done(undefined)));
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    this.url = `http://127.0.0.1:${port}`;
    return this;
  }

  /** Nothing passes any more, what is under way included. */
  cut() {
    this.#whole = false;
    for (const end of this.#ends) end.destroy();
  }

  mend() {
    this.#whole = true;
  }

  close() {
    this.cut();
    this.#server.close();
  }

  /** @param {import('node:net').Socket} near */
  #carry(near) {
    if (!this.#whole) {
      near.destroy();
      return;
    }
    const far = connect(this.#port, '127.0.0.1');
    for (const [end, other] of /** @type {const} */ ([
      [near, far],
      [far, near],
    ])) {
      this.#ends.add(end);
      end.on('error', () => other.destroy());
      end.on('close', () => {
        this.#ends.delete(end);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
  }
}
