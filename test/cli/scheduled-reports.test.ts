import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { folderFor, keepReportsScheduled, scheduleReports } from '../../cli/scheduled-reports.ts';
import { plant } from '../balance/plants.ts';

const works = plant({ units: [{ id: 'P', name: '厂', level: 'plant' }] });
const weekly = { at: '30 8 * * 1', lang: 'zh' as const, pdf: false, pack: true };

describe('scheduled reports', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse('2026-03-02T08:29:30+08:00') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are written at the plant’s time, each into a folder of its own, until they are stopped', async () => {
    const written: string[] = [];
    const stop = scheduleReports(works, [weekly], 'out', async (_plant, folder, { pack }) => {
      written.push(`${folder} ${pack}`);
    });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(written).toEqual([]);
    await vi.advanceTimersByTimeAsync(40_000);
    await vi.advanceTimersByTimeAsync(7 * 86_400_000);
    stop();
    await vi.advanceTimersByTimeAsync(7 * 86_400_000);
    expect(written).toEqual(['out/20260302-0830 true', 'out/20260309-0830 true']);
  });

  it('do not overtake one that is still being written, and one that fails ends nothing', async () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    let begun = 0;
    const stop = scheduleReports(works, [{ ...weekly, at: '* * * * *' }], 'out', async () => {
      begun += 1;
      if (begun === 1) throw new Error('disk full');
      await sleep(150_000);
    });
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    stop();
    expect(begun).toBeLessThan(4);
    expect(begun).toBeGreaterThan(1);
    expect(said.mock.calls.join()).toContain('disk full');
    said.mockRestore();
  });

  it('follow the plant file while it runs, and a change of anything else disturbs none', async () => {
    const written: string[] = [];
    const at = (...times: string[]) => ({ ...works, file: { ...works.file, reports: times.map((time) => ({ ...weekly, at: time })) } });
    const reports = keepReportsScheduled(works, 'out', async (_plant, folder, _schedule, signal) => {
      await new Promise((resolve) => setTimeout(resolve, 90_000));
      written.push(`${folder} ${signal.aborted}`);
    });
    reports.applied(at('30 8 * * *'));
    await vi.advanceTimersByTimeAsync(60_000);
    reports.applied(at('30 8 * * *'));
    await vi.advanceTimersByTimeAsync(90_000);
    expect(written).toEqual(['out/20260302-0830 false']);
    reports.applied(at());
    await vi.advanceTimersByTimeAsync(2 * 86_400_000);
    expect(written).toHaveLength(1);
    reports.stop();
  });

  it('name folders by the plant’s clock', () => {
    expect(folderFor('r', Date.parse('2026-12-31T23:30:00Z'), 480)).toBe('r/20270101-0730');
  });
});
