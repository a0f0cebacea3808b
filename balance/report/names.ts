import { type Lang, named, word, wordOr } from '../../config/words/word.ts';
import { writtenFigure } from '../../config/words/written.ts';
import { OUTSIDE } from '../diagram/content.ts';
import type { Suspect } from '../network/problem.ts';
import type { ReportContent } from './content.ts';

/** Fills `{name}` places of a sentence. */
export function filled(sentence: string, places: Readonly<Record<string, string>>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, key: string) => places[key] ?? whole);
}

/** What stands above every page: title, revision and the root of the journal that the figures rest on. */
export function headerText({ plant, balances, lang }: ReportContent): string {
  const { journal, revision } = balances;
  return filled(word(lang, journal === null ? 'audit.headerNoJournal' : 'audit.header'), {
    title: filled(word(lang, 'audit.title'), { name: named(plant.file.plant.name, lang) }),
    revision: String(revision),
    from: String(journal?.from ?? ''),
    to: String(journal?.to ?? ''),
    sha256: journal?.sha256 ?? '',
  });
}

/** `STORE 原料库`; the outside by its word; an id that the plant file does not have stays as it is. */
export function unitName({ plant, lang }: ReportContent, id: string): string {
  if (id === OUTSIDE) return word(lang, 'report.outside');
  const unit = plant.units.get(id);
  return unit === undefined ? id : `${id} ${named(unit.name, lang)}`;
}

/** `clear-main 清水总管` of a stream, a stock or a unit. */
export function anyName(content: ReportContent, id: string): string {
  const { streams, stocks, units } = content.plant;
  const found = id.startsWith('stock:') ? stocks.get(id.slice(6)) : (streams.get(id) ?? stocks.get(id) ?? units.get(id));
  return found === undefined ? id : `${found.id} ${named(found.name, content.lang)}`;
}

/** `WT-1001 矿石皮带秤` of a channel. */
export function channelName({ plant, lang }: ReportContent, id: string): string {
  const channel = plant.channels.get(id);
  return channel === undefined ? id : `${id} ${named(channel.meter.name, lang)}`;
}

/** The name of a kind of metering point: as its rule has it, or in English where that is known. */
export function kindName({ kind, name }: { readonly kind: string; readonly name: string }, lang: Lang): string {
  return lang === 'zh' ? name : wordOr(lang, `meteredKind.${kind}`, name);
}

/** A kind of metering point by its id. */
export const kindWord = (kind: string, lang: Lang): string => wordOr(lang, `meteredKind.${kind}`, kind);

/** What an uncertainty comes from: `calibration FT-5008` → `示值误差 FT-5008`; a part that is not known stays as it is. */
export function budgetName(part: string, lang: Lang): string {
  const words = part.split(' ');
  for (const length of [2, 1]) {
    const name = wordOr(lang, `budget.${words.slice(0, length).join(' ')}`, '');
    if (name !== '') return [name, ...words.slice(length)].join(' ');
  }
  return part;
}

/** The name of a balance: its own, or that of its kind. */
export function balanceName({ plant, lang }: ReportContent, balance: { readonly id: string; readonly kind: string }): string {
  const own = plant.balances.get(balance.id)?.name;
  const kind = wordOr(lang, `balanceKind.${balance.kind}`, balance.kind);
  return own === undefined ? kind : `${kind}: ${named(own, lang)}`;
}

/** A suspect as a sentence: what is suspected, by how much, what it cannot be told apart from. */
export function suspectText(content: ReportContent, suspect: Suspect, unit: string): string {
  const { lang } = content;
  const [first = '', ...others] = suspect.ids;
  const U = suspect.magnitudeSigma === undefined ? null : 2 * suspect.magnitudeSigma;
  const sign = suspect.magnitude < 0 ? 'Negative' : 'Positive';
  const size = Math.abs(suspect.magnitude);
  const amount = `${writtenFigure(size, U === null ? null : U / 2)}${U === null ? '' : ` ± ${writtenFigure(U, U / 2)}`} ${unit}`;
  const said = filled(word(lang, `report.${suspect.kind}${sign}`), { what: anyName(content, first), amount });
  if (others.length === 0) return said;
  const list = others.map((id) => anyName(content, id)).join(word(lang, 'general.listSeparator'));
  return said + filled(word(lang, 'report.suspectAlike'), { list });
}
