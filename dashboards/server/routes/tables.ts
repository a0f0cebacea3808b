import { named } from '../../../config/words/word.ts';
import type { Table } from '../csv.ts';
import type { BalancesDocument, IndicatorsDocument, LossesDocument, StreamsDocument, WindowsDocument } from '../documents/balances.ts';
import type { CoverageDocument } from '../documents/coverage.ts';
import type { SourcesDocument } from '../documents/devices.ts';
import type { OptionsDocument } from '../documents/options.ts';
import type { ValuesDocument } from '../documents/values.ts';
import type { Given } from '../route.ts';

/** Documents as tables, for `?format=csv`. Column names are the documents' keys; times are ISO 8601 in UTC. */

const instant = (timeMs: number | null | undefined): string => (timeMs == null ? '' : new Date(timeMs).toISOString());

export function valueTable({ values }: Given<ValuesDocument>): Table {
  return {
    columns: ['channel', 'name', 'kind', 'value', 'unit', 'time', 'quality', 'reason', 'origin'],
    rows: values.map(({ channel, name, kind, unit, sample }) => [
      channel,
      named(name, 'zh'),
      kind,
      sample?.value,
      unit,
      instant(sample?.timeMs),
      sample?.quality,
      sample?.reason,
      sample?.origin,
    ]),
  };
}

const INTAKE = ['polled', 'journalled', 'quarantined', 'returned', 'within'] as const;

export function sourceTable(sources: Given<SourcesDocument>): Table {
  const counts = [...new Set(sources.flatMap((source) => Object.keys(source.counts)))];
  return {
    columns: ['id', 'state', 'lastSuccess', 'lastError', ...counts, ...INTAKE.map((count) => `records.${count}`)],
    rows: sources.map((source) => [
      source.id,
      source.state,
      instant(source.lastSuccessMs),
      source.lastError,
      ...counts.map((count) => source.counts[count]),
      ...INTAKE.map((count) => source.intake?.[count]),
    ]),
  };
}

export function coverageTable({ cells }: Given<CoverageDocument>): Table {
  return {
    columns: ['kind', 'name', 'level', 'required', 'fitted', 'exempt', 'ratio', 'threshold', 'verdict', 'usable', 'delivering', 'missing'],
    rows: cells.map((cell) => [
      cell.kind,
      cell.name,
      cell.level,
      cell.required,
      cell.fitted,
      cell.exempt,
      cell.ratio,
      cell.threshold,
      cell.verdict,
      cell.usable,
      cell.delivering,
      cell.missing.join(' '),
    ]),
  };
}

export function balanceTable({ window, revision, balances }: Given<BalancesDocument>): Table {
  return {
    columns: [
      ...['from', 'to', 'revision', 'id', 'kind', 'boundary', 'unit', 'in', 'out', 'stockChange', 'imbalance', 'u', 'U', 'closurePercent'],
      ...['verdict', 'simulated'],
    ],
    rows: balances.map((one) => [
      ...[window.from, window.to, revision, one.id, one.kind, one.boundary, one.unit, one.in, one.out, one.stockChange, one.imbalance],
      ...[one.u, one.U, one.closurePercent, one.verdict, one.simulated],
    ]),
  };
}

export function streamTable(streams: Given<StreamsDocument>): Table {
  return {
    columns: [
      ...['id', 'name', 'from', 'to', 'total', 'u', 'unit', 'basis', 'coverageOfTime', 'coverageOfQuantity', 'reconciled', 'reconciledU'],
    ],
    rows: streams.map((one) => [
      ...[one.id, one.name.zh, one.from, one.to, one.total, one.u, one.unit, one.basis, one.coverageOfTime, one.coverageOfQuantity],
      ...[one.reconciled, one.reconciledU],
    ]),
  };
}

/** What each loss is worth and stands for; empty where the plant file has no price or factor. */
export function lossTable({ window, revision, losses }: Given<LossesDocument>): Table {
  return {
    columns: ['from', 'to', 'revision', 'stream', 'name', 'role', 'basis', 'amount', 'u', 'unit', 'money', 'currency', 'kgce'],
    rows: losses.map((one) => [
      ...[window.from, window.to, revision, one.stream, one.name.zh, one.role, one.basis, one.amount, one.u, one.unit],
      ...[one.money?.value, one.money?.currency, one.standardCoal?.kgce],
    ]),
  };
}

export function indicatorTable({ window, revision, indicators }: Given<IndicatorsDocument>): Table {
  return {
    columns: ['from', 'to', 'revision', 'id', 'name', 'boundary', 'value', 'u', 'unit', 'formula', 'source', 'status'],
    rows: indicators.map((one) => [
      ...[window.from, window.to, revision, one.id, one.name.zh, one.boundary, one.value, one.u, one.unit, one.formula, one.source],
      one.status,
    ]),
  };
}

/** One row a revision. */
export function windowTable({ windows }: Given<WindowsDocument>): Table {
  return {
    columns: ['from', 'to', 'revision'],
    rows: windows.flatMap(({ from, to, revisions }) => revisions.map((revision) => [from, to, revision])),
  };
}

/** One row a saving; an option without one has a row of its own. */
export function optionTable({ options }: Given<OptionsDocument>): Table {
  return {
    columns: [
      ...['id', 'name', 'class', 'state', 'proposed', 'done', 'investment', 'benefit', 'balance', 'streams', 'product'],
      ...['unit', 'specificBefore', 'specificAfter', 'savedPercent', 'U', 'perYear', 'perYearU', 'perYearUnit'],
    ],
    rows: options.flatMap((one) => {
      const own = [one.id, one.name.zh, one.cost, one.state, one.proposed, one.done, one.investment, one.benefit];
      return one.saves.length === 0
        ? [own]
        : one.saves.map(({ balance, streams, product, unit, before, after, saved, perYear }) => [
            ...[...own, balance, streams.join(' '), product, unit, before.specific, after.specific, saved?.percent, saved?.U],
            ...[perYear?.value, perYear?.U, perYear?.unit],
          ]);
    }),
  };
}
