import * as charts from 'echarts/charts';
import * as components from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { at, writtenFigure } from '../written.ts';

use([
  charts.BarChart,
  charts.LineChart,
  components.DataZoomComponent,
  components.GridComponent,
  components.LegendComponent,
  components.MarkAreaComponent,
  components.MarkLineComponent,
  components.TooltipComponent,
  CanvasRenderer,
]);

/** A line of readings, or bars of hours. null breaks the line: nothing is drawn where nothing was read. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly (readonly [timeMs: number, value: number | null])[];
  readonly bars?: boolean;
  readonly step?: boolean;
}
export interface Mark {
  readonly fromMs: number;
  readonly toMs: number;
  readonly name: string;
}
export interface Drawn {
  readonly series: readonly Series[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly gaps?: readonly Mark[] | undefined;
  readonly events?: readonly { readonly timeMs: number; readonly name: string }[] | undefined;
}

// Told apart without colour too: by dashes and by the legend.
const COLOURS = ['#14568c', '#b4500b', '#1e7d3c', '#7a2e8e', '#8a6d00', '#0b7285', '#a3123f', '#495057'];
/** Narrower than this the words on the chart would stand on each other; the tables below say the same. */
export const WIDE_PX = 600;
const DASHES = ['solid', 'dashed', 'dotted'] as const;
export const newChart = (box: HTMLElement): ECharts => init(box, null, { renderer: 'canvas' });

/** What the chart library is told: lines and bars over the plant's time, an axis for each unit, gaps and events as marks. */
export function chartOptions({ series, fromMs, toMs, gaps, events }: Drawn, isWide: boolean) {
  const units = [...new Set(series.map(({ unit }) => unit))];
  return {
    animation: false,
    color: COLOURS,
    textStyle: { fontFamily: 'inherit' },
    grid: { left: 12 + 56 * Math.ceil(units.length / 2), right: 16 + 56 * Math.floor(units.length / 2), top: isWide ? 40 : 56, bottom: 70 },
    legend: { top: 4, type: 'scroll' as const },
    tooltip: {
      trigger: 'axis' as const,
      valueFormatter: (value: unknown) => (typeof value === 'number' ? writtenFigure(value) : '—'),
    },
    dataZoom: [
      { type: 'inside' as const, filterMode: 'none' as const },
      { type: 'slider' as const, filterMode: 'none' as const, height: 22, bottom: 10, labelFormatter: (value: number) => at(value) },
    ],
    xAxis: {
      type: 'time' as const,
      min: fromMs,
      max: toMs,
      axisLabel: { formatter: (value: number) => at(value).slice(5).replace(' ', '\n'), hideOverlap: true },
      axisPointer: { label: { formatter: ({ value }: { value: unknown }) => at(Number(value), true) } },
    },
    yAxis: units.map((unit, index) => ({
      type: 'value' as const,
      name: unit,
      // Bars are amounts: their length counts from 0. Lines are looked at for their course.
      scale: !series.some((one) => one.unit === unit && one.bars),
      position: index % 2 === 0 ? ('left' as const) : ('right' as const),
      offset: 56 * Math.floor(index / 2),
      splitLine: { show: index === 0 },
    })),
    series: series.map((one, index) => ({
      name: one.name,
      type: one.bars ? ('bar' as const) : ('line' as const),
      data: one.points as [number, number | null][],
      yAxisIndex: units.indexOf(one.unit),
      showSymbol: false,
      connectNulls: false,
      ...(one.bars ? { barWidth: '70%', itemStyle: { opacity: 0.45 } } : {}),
      ...(one.step ? { step: 'end' as const } : {}),
      lineStyle: { width: 1.4, type: DASHES[Math.floor(index / COLOURS.length) % 3] },
      sampling: 'minmax' as const,
      ...(index > 0
        ? {}
        : {
            markArea: {
              silent: true,
              itemStyle: { color: 'rgba(161, 29, 29, 0.13)' },
              label: { show: isWide, fontSize: 10, color: '#7a1616', position: 'insideTop' as const },
              data: (gaps ?? []).map(({ name, ...gap }) => [{ name, xAxis: gap.fromMs }, { xAxis: gap.toMs }]) as never,
            },
            markLine: {
              silent: true,
              symbol: 'none',
              lineStyle: { color: '#7a2e8e', type: 'dashed' as const },
              label: { show: isWide, formatter: '{b}', fontSize: 10 },
              data: (events ?? []).map(({ timeMs, name }) => ({ xAxis: timeMs, name })),
            },
          }),
    })),
  };
}
