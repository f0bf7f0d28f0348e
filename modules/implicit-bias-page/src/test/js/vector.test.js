import assert from 'node:assert/strict';
import test, {before} from 'node:test';
import {Trace, VectorContext} from '../../main/resources/io/github/implicitbias/page/assets/vector.js';

before(() => {
  globalThis.document = {createElement: () => ({getContext: () => ({measureText: (text) => ({width: 7 * text.length})})})};
});

const drawn = (draw) => {
  const ctx = new VectorContext(100, 50);
  draw(ctx);
  return ctx.svg('a <title>');
};

test('what is drawn is a document of its size with its title', () => {
  const svg = drawn(() => {});
  assert.match(svg, /^<\?xml version="1.0" encoding="UTF-8"\?>\n<svg [^>]*width="100" height="50" viewBox="0 0 100 50">/);
  assert.match(svg, /<title>a &lt;title&gt;<\/title>/);
});

test('a path is moved and scaled as the context is', () => {
  const svg = drawn((ctx) => {
    ctx.translate(10, 20);
    ctx.scale(2);
    ctx.strokeStyle = '#123456';
    ctx.beginPath();
    ctx.moveTo(1, 1);
    ctx.lineTo(3.333333, 4);
    ctx.stroke();
  });
  assert.match(svg, /<path d="M12 22L16.67 28" fill="none" stroke="#123456" stroke-width="2"\/>/);
});

test('restore brings back place and looks', () => {
  const svg = drawn((ctx) => {
    ctx.save();
    ctx.translate(50, 0);
    ctx.fillStyle = 'red';
    ctx.restore();
    ctx.fillRect(1, 2, 3, 4);
  });
  assert.match(svg, /<rect x="1" y="2" width="3" height="4" fill="#000"\/>/);
});

test('a colour with opacity is one that every program reads', () => {
  const svg = drawn((ctx) => {
    ctx.globalAlpha = 0.5;
    ctx.fillStyle = 'rgba(1, 2, 3, 0.5)';
    ctx.fillRect(5, 5, -3, -3);
  });
  assert.match(svg, /<rect x="2" y="2" width="3" height="3" fill="rgb\(1,2,3\)" fill-opacity="0.25"\/>/);
});

test('a trace that a canvas would draw is drawn', () => {
  const trace = new Trace();
  trace.moveTo(0, 0);
  trace.lineTo(5, 5);
  assert.match(drawn((ctx) => ctx.stroke(trace)), /<path d="M0 0L5 5"/);
});

test('clips lie within one another', () => {
  const svg = drawn((ctx) => {
    for (const size of [40, 20]) {
      ctx.beginPath();
      ctx.rect(0, 0, size, size);
      ctx.clip();
    }
    ctx.fillRect(0, 0, 9, 9);
  });
  assert.match(svg, /<clipPath id="clip1" clip-path="url\(#clip0\)">/);
  assert.match(svg, /fill="#000" clip-path="url\(#clip1\)"/);
});

test('text is text, whatever is in it', () => {
  const svg = drawn((ctx) => {
    ctx.font = '600 12px system-ui';
    ctx.textAlign = 'right';
    ctx.fillText('<b> & "\u0000\ud800"', 10, 10);
  });
  assert.match(svg, /<text x="10" y="10" font-family="system-ui" font-size="12" font-weight="600" text-anchor="end" fill="#000">&lt;b&gt; &amp; &quot;\ufffd\ufffd&quot;<\/text>/);
});

test('a circle is two arcs', () => {
  const svg = drawn((ctx) => {
    ctx.beginPath();
    ctx.arc(10, 10, 5, 0, 2 * Math.PI);
    ctx.fill();
  });
  assert.match(svg, /<path d="M15 10A5 5 0 0 1 5 10A5 5 0 0 1 15 10"/);
});
