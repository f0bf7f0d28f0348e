// Take away: a panel's numbers as CSV or JSON, its picture as PNG or SVG; the address; the run.

import {fetchFile, fetchRunsFile} from './api.js';
import {csv, isEmpty, safe} from './csv.js';
import {closing} from './drop.js';
import {byId, element} from './format.js';
import {chartFigure, Picture} from './pictures.js';
import {VectorContext} from './vector.js';
import {t} from './words.js';

const TYPES = {csv: 'text/csv', json: 'application/json', svg: 'image/svg+xml', png: 'image/png', html: 'text/html'};
const SCALE = 2; // pixels of a PNG per pixel of the page
const MOST = 8000; // pixels of a PNG on a side

export function download(blob, name) {
  const link = element('a', {href: URL.createObjectURL(blob), download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

export class TakeAway {
  constructor(page, panels) {
    this.page = page;
    for (const panel of panels) this.menu(panel);
    this.actions();
  }

  // -------------------------------------------------------------- panels

  kinds(panel) {
    return panel.isEmpty ? [] : ['csv', 'json', ...(panel.pictured ? ['png', 'svg'] : [])];
  }

  menu(panel) {
    const {title} = panel;
    const button = element('button', {type: 'button', textContent: '⤓', title: t('Take away: {0}', title)});
    button.setAttribute('aria-label', t('Take away: {0}', title));
    const list = element('div', {className: 'ib-take-list', hidden: true});
    const box = element('div', {className: 'ib-take'}, button, list);
    const open = (is) => {
      list.hidden = !is;
      button.setAttribute('aria-expanded', String(is));
    };
    open(false);
    button.addEventListener('click', () => {
      list.replaceChildren(...this.kinds(panel).map((kind) => {
        const item = element('button', {type: 'button', textContent: kind.toUpperCase()});
        item.addEventListener('click', () => {
          open(false);
          button.focus();
          this.take(panel, kind).catch((e) => this.page.failed(e));
        });
        return item;
      }));
      open(list.hidden);
    });
    box.addEventListener('keydown', (e) => {
      const items = [...list.children];
      const at = items.indexOf(document.activeElement);
      if (e.key === 'Escape' && !list.hidden) {
        open(false);
        button.focus();
      } else if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') && !list.hidden) {
        items[(at + (e.key === 'ArrowDown' ? 1 : items.length - (at < 0 ? 0 : 1))) % items.length].focus();
      } else {
        return;
      }
      e.preventDefault();
      e.stopPropagation();
    });
    box.addEventListener('focusout', (e) => {
      if (!box.contains(e.relatedTarget)) open(false);
    });
    panel.section.querySelector('header').append(box);
  }

  name(panel, kind) {
    const {chosen, step} = this.page;
    return `${safe(chosen.name || chosen.session)}-${panel.id}-step${step ?? 0}.${kind}`;
  }

  async take(panel, kind) {
    const name = this.name(panel, kind);
    const blob = kind === 'png' ? await this.image(panel) : new Blob([await this.text(panel, kind)], {type: TYPES[kind] + ';charset=utf-8'});
    download(blob, name);
  }

  /** All charts of a panel up to date and drawn, also those out of sight. */
  async ready(panel) {
    const {timeline} = this.page;
    await panel.prepare();
    const charts = panel.lineCharts().map(({chart}) => chart);
    const before = charts.map((chart) => chart.visible);
    for (const chart of charts) {
      chart.visible = true;
      chart.options.seen?.();
    }
    await timeline.refresh();
    for (const chart of charts) if (!chart.plot) chart.rebuild(true);
    await new Promise((done) => setTimeout(done, 30)); // charts draw themselves a little later
    charts.forEach((chart, k) => { chart.visible = before[k]; });
    return panel.lineCharts().filter(({chart}) => chart.plot);
  }

  async text(panel, kind) {
    const charts = await this.ready(panel);
    if (kind === 'svg') {
      const picture = this.picture(panel, charts);
      const ctx = new VectorContext(picture.width, picture.height);
      picture.draw(ctx);
      return ctx.svg(picture.title + ', ' + picture.subtitle);
    }
    const {chosen, step, layerName: layer} = this.page;
    const table = panel.table();
    if (kind === 'csv') return csv(table);
    const data = {...table, rows: table.rows.map((row) => row.map((v) => (isEmpty(v) ? null : v)))};
    return JSON.stringify({run: chosen.id, session: chosen.session, worker: chosen.worker, name: chosen.name, step, layer: layer || null, panel: panel.id, data}) + '\n';
  }

  picture(panel, charts) {
    const {chosen, step, layerName: layer} = this.page;
    const figures = [...panel.pictures(), ...charts.map(({title, chart}) => chartFigure(title, chart))];
    return new Picture(panel.heading, [chosen.name || chosen.session, ...(layer ? [layer] : []), 'step ' + step].join(' · '), figures);
  }

  async image(panel) {
    const picture = this.picture(panel, await this.ready(panel));
    const scale = Math.min(SCALE, MOST / picture.width, MOST / picture.height);
    const canvas = element('canvas', {width: Math.round(picture.width * scale), height: Math.round(picture.height * scale)});
    const ctx = canvas.getContext('2d');
    ctx.scale(scale, scale);
    ctx.imageSmoothingEnabled = false;
    picture.draw(ctx);
    return new Promise((done) => canvas.toBlob(done, 'image/png'));
  }

  // -------------------------------------------------------------- the page

  actions() {
    const copy = element('button', {type: 'button', textContent: t('Copy link'), title: 'Copy the address of exactly this view'});
    const field = element('input', {type: 'text', readOnly: true, hidden: true});
    field.setAttribute('aria-label', 'Address of this view');
    const save = element('button', {type: 'button', textContent: t('Save run as file'), title: 'One HTML file with this page and the whole run, which opens without a server', hidden: this.page.embedded !== null});
    this.said = element('span', {className: 'ib-said', role: 'status'});
    copy.id = 'copy-link';
    field.id = 'link';
    save.id = 'save-run';
    copy.addEventListener('click', () => this.copy(field));
    field.addEventListener('blur', () => { field.hidden = true; });
    save.addEventListener('click', () => this.save(save));
    const share = byId('share');
    share.lastElementChild.append(copy, save, field, this.said,
      element('p', {className: 'ib-note', textContent: t('Numbers and picture of a panel: ⤓ at its title.')}));
    closing(share);
  }

  say(text) {
    this.said.textContent = text;
    clearTimeout(this.silence);
    this.silence = setTimeout(() => { this.said.textContent = ''; }, 6000);
  }

  async copy(field) {
    if (!this.page.chosen) return;
    const {link} = this.page;
    try {
      await navigator.clipboard.writeText(link);
      this.say(t('Copied'));
    } catch (e) {
      field.value = link;
      field.hidden = false;
      field.focus();
      field.select();
      this.say('Press Ctrl+C to copy');
    }
  }

  /** Several runs as one file. */
  runs(ids) { return fetchRunsFile(ids); }

  async save(button) {
    const {chosen} = this.page;
    if (!chosen) return;
    button.disabled = true;
    this.say('Writing the file …');
    clearTimeout(this.silence);
    try {
      const blob = await fetchFile(chosen);
      download(blob, safe(chosen.name || chosen.session) + '.html');
      this.say('Saved, ' + (blob.size / 1e6).toFixed(1) + ' MB');
    } catch (e) {
      this.say(e.message);
    } finally {
      button.disabled = false;
    }
  }
}
