// The parts of a run that lies in the page: each is a text of its own, base64 of gzip, unpacked when
// it is needed and held for a while.

import {ApiError} from './http.js';
import {bytes} from './raster.js';

const KEPT = 48e6; // bytes of unpacked parts that are held

async function unpack(text) {
  const stream = new Blob([bytes(text.trim())]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export class Parts {
  /**
   * @param find the text of a part by its name, null if there is none
   * @param kept bytes of parts that are held; those looked at longest ago are let go
   */
  constructor(find, kept = KEPT) {
    this.find = find;
    this.kept = kept;
    this.held = new Map();
    this.size = 0;
  }

  /** The parts in the elements of a document; those of one run among several begin with a prefix. */
  static in(page, prefix = '') {
    return new Parts((name) => page.getElementById('ib-' + prefix + name)?.textContent ?? null);
  }

  has(name) { return this.find(name) !== null; }

  async bytes(name) {
    const text = this.find(name);
    if (text === null) throw new ApiError(404, 'This file has no part ' + name + '.');
    return unpack(text);
  }

  async json(name) { return JSON.parse(new TextDecoder().decode(await this.bytes(name))); }

  heldBytes(name) { return this.hold(name, () => this.bytes(name), (found) => found.length); }

  /** @param weight bytes of the part once it is unpacked, about */
  heldJson(name, weight) { return this.hold(name, () => this.json(name), weight); }

  async hold(name, ask, weight) {
    const known = this.held.get(name);
    const found = known?.found ?? await ask();
    const size = known?.size ?? weight(found);
    if (this.held.has(name)) this.held.delete(name);
    else this.size += size;
    this.held.set(name, {found, size});
    for (const [oldest, old] of this.held) {
      if (this.size <= this.kept || oldest === name) break;
      this.held.delete(oldest);
      this.size -= old.size;
    }
    return found;
  }
}
