import { steamEnthalpy } from '../../measures/steam/steam-enthalpy.ts';
import { wetSteamEnthalpy } from '../../measures/steam/wet-steam.ts';
import { convert, isConvertible, isUnit } from '../../measures/units.ts';
import type { Path } from '../document.ts';
import type { Draft } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import type { SteamContent, SteamState } from '../steam.ts';

const STATES = [
  ['pressure', 'MPa'],
  ['atmosphere', 'kPa'],
  ['temperature', 'degC'],
] as const;

/** A content of steam says its whole state, in units that convert, within the regions that are computed, in a balance of energy per mass. */
export function steamFindings(draft: Draft): Finding[] {
  const media = new Map(draft.media.map(({ item }) => [item.id, item.unit]));
  return [
    ...draft.media.flatMap(({ item, path }) => ofContents(draft, item.content, item.unit, path)),
    ...draft.streams.flatMap(({ item, path }) => ofContents(draft, item.content, media.get(item.medium), path)),
  ];
}

/** Whether a content is a state of steam. */
export function isSteamContent(value: unknown): value is SteamContent {
  return typeof value === 'object' && value !== null && 'steam' in value;
}

function ofContents(draft: Draft, held: Readonly<Record<string, unknown>>, unit: string | undefined, path: Path): Finding[] {
  return Object.entries(held).flatMap(([balance, value]) =>
    isSteamContent(value) ? ofSteam(draft, value, balance, unit, [...path, 'content', balance]) : [],
  );
}

function ofSteam(draft: Draft, { steam }: SteamContent, balance: string, mediumUnit: string | undefined, path: Path): Finding[] {
  const found: Finding[] = [];
  const at: Path = [...path, 'steam'];
  const unit = draft.balances.find(({ item }) => item.id === balance)?.item.unit;
  if (
    unit !== undefined &&
    mediumUnit !== undefined &&
    isUnit(unit) &&
    isUnit(mediumUnit) &&
    !isConvertible('kJ/kg', `${unit}/${mediumUnit}`)
  ) {
    const zh = `蒸汽焓以 kJ/kg 计，不能换算为 ${unit}/${mediumUnit}；介质须以质量计，平衡须为能量`;
    found.push(fault('steam.balance', at, zh, `enthalpy in kJ/kg does not convert into ${unit}/${mediumUnit}: mass and energy are needed`));
  }
  if ((steam.temperature === undefined) === (steam.dryness === undefined)) {
    const zh = 'temperature（过热汽、水）与 dryness（湿蒸汽）须给且只给其一';
    found.push(fault('steam.state', at, zh, 'give exactly one of temperature (superheated, liquid) and dryness (wet steam)'));
  }
  if (steam.gauge !== (steam.atmosphere !== undefined)) {
    const zh = steam.gauge ? '表压须给出当地大气压 atmosphere' : '绝对压力不需要 atmosphere';
    const en = steam.gauge ? 'a gauge pressure needs the atmosphere of the place' : 'an absolute pressure needs no atmosphere';
    found.push(fault('steam.atmosphere', at, zh, en));
  }
  for (const [key, wanted] of STATES) {
    const state = steam[key];
    if (state !== undefined) found.push(...stateFindings(draft, state, wanted, [...at, key]));
  }
  return found.length > 0 ? found : outside(steam, at);
}

/** A constant or a channel has a unit that converts into what is wanted, and a channel runs on. */
export function stateFindings(draft: Draft, state: SteamState, wanted: string, path: Path): Finding[] {
  if ('value' in state) {
    if (isConvertible(state.unit, wanted)) return [];
    const zh = `单位 ${state.unit} 不能换算为 ${wanted}`;
    return [fault('steam.unit', [...path, 'unit'], zh, `${state.unit} does not convert into ${wanted}`)];
  }
  const channel = draft.channels.find(({ id }) => id === state.meter)?.item;
  if (channel === undefined) return [];
  const continuous = channel.kind === 'concentration' || channel.kind === 'rate' || channel.kind === 'level';
  if (continuous && isConvertible(channel.unit, wanted)) return [];
  const zh = `${state.meter} 是 ${channel.kind}、${channel.unit}，此处需要连续读数，单位可换算为 ${wanted}`;
  const en = `${state.meter} is a ${channel.kind} in ${channel.unit}; a continuous reading that converts into ${wanted} is needed here`;
  return [fault('steam.channel', [...path, 'meter'], zh, en)];
}

/** A state of constants that lies outside of what is computed. */
function outside(steam: SteamContent['steam'], path: Path): Finding[] {
  const of = (state: SteamState | undefined, unit: string) =>
    state === undefined ? 0 : 'value' in state ? convert(state.value, state.unit, unit) : Number.NaN;
  const pressure = of(steam.pressure, 'MPa') + of(steam.atmosphere, 'MPa');
  const degC = of(steam.temperature, 'degC');
  if (Number.isNaN(pressure) || Number.isNaN(degC)) return [];
  try {
    if (steam.dryness === undefined) steamEnthalpy(pressure, degC + 273.15);
    else wetSteamEnthalpy(pressure, steam.dryness.value);
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const zh = `状态超出 IAPWS-IF97 1、2、4 区的范围：绝对压力 ${pressure} MPa，${degC} ℃`;
    return [fault('steam.range', path, zh, `outside of IAPWS-IF97 regions 1, 2 and 4: ${pressure} MPa absolute, ${degC} degC`)];
  }
}
