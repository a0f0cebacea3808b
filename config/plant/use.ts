import { z } from 'zod';

/**
 * What a stream of water is in the water balance of the plant, by which the water indicators are computed. A stream may be several:
 * condensate that returns is `condensate` and, where it is counted as reused, `series` or `circulating` too; so is `process-reused`, the
 * process water that processes use again beside the fresh `process-makeup`.
 *
 * `cooling-circulating` counts as circulating as well: it is the part of it that cools indirectly. `drained-compliant` counts as drained as
 * well: it is the part that keeps its discharge limits. `unconventional` water (reclaimed, rain, mine, sea) is taken besides the intake.
 */
export const WATER_USES = [
  'intake',
  'circulating',
  'series',
  'consumed',
  'drained',
  'leaked',
  'cooling-circulating',
  'cooling-makeup',
  'process-reused',
  'process-makeup',
  'steam',
  'condensate',
  'reused',
  'unconventional',
  'drained-compliant',
] as const;

export const waterUseSchema = z
  .array(z.enum(WATER_USES))
  .min(1)
  .describe(
    '取水、循环、串联、耗水、排水、漏失、间接冷却循环、冷却补水、工艺水回用、工艺补新水、产汽、回收冷凝水、废水回用、非常规水、达标排水',
  );

/** What a unit does with energy: 加工转换、输送分配（含贮存）、终端使用. */
export const ENERGY_STAGES = ['conversion', 'distribution', 'use'] as const;
export type EnergyStage = (typeof ENERGY_STAGES)[number];

/** The eight aspects of a cleaner-production audit, by which the cause of a loss is coded. */
export const CAUSE_ASPECTS = [
  'raw-materials',
  'technology',
  'equipment',
  'process-control',
  'product',
  'waste',
  'management',
  'staff',
] as const;

export const causeSchema = z
  .strictObject({ aspect: z.enum(CAUSE_ASPECTS), note: z.string().optional().describe('what was found') })
  .describe('cause by the eight aspects: 原辅材料和能源、技术工艺、设备、过程控制、产品、废弃物、管理、员工');

export type WaterUse = (typeof WATER_USES)[number];
export type Cause = z.output<typeof causeSchema>;
