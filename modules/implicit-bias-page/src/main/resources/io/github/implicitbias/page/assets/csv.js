// Tables as text for spreadsheets, and names of files.

/** Part of a name that every file system takes. */
export const safe = (text) => text.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, 80).replace(/^[._]+/, '') || 'run';

export const isEmpty = (v) => v === null || v === undefined || Number.isNaN(v);

/** A text that begins like a formula would be one for a spreadsheet: it gets an apostrophe, unless it is a negative number. */
function cell(v) {
  if (isEmpty(v)) return '';
  if (typeof v === 'number') return String(v);
  const text = /^[=+\-@\t\r]/.test(v) && !/^-(Infinity|[0-9]{1,15}([.][0-9]{1,15})?)$/.test(v) ? "'" + v : String(v);
  return /[",\n\r]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
}

/** {columns, rows} as CSV (RFC 4180), numbers in full precision. */
export const csv = ({columns, rows}) => [columns, ...rows].map((row) => row.map(cell).join(',') + '\r\n').join('');
