import type { z } from 'zod';
import { agencySchema } from './agency.ts';
import { accuracySchema, auditClassSchema, mainUnitSchema, thresholdSchema, toxicCatalogueSchema } from './audit-class.ts';
import { disclosureSchema, listingSchema, penaltySchema, savingsSchema, subsidySchema, supervisionSchema } from './authority.ts';
import { coverageSchema } from './coverage.ts';
import { deadlineSchema } from './deadline.ts';
import { acceptanceClassSchema, depthSchema } from './depth.ts';
import { gateSchema, indicatorSchema, scoreSheetSchema, targetSchema } from './judgement.ts';
import {
  auditTeamSchema,
  balancesSchema,
  formSchema,
  meteringDutySchema,
  onlineMonitoringSchema,
  panelSchema,
  reportContentSchema,
  stagesSchema,
  submissionSchema,
} from './procedure.ts';
import { verificationIntervalSchema } from './verification.ts';

/** What a rule can be about, and the shape of its content. */
export const FAMILIES = {
  'coverage-energy': coverageSchema,
  'coverage-material': coverageSchema,
  'coverage-water': coverageSchema,
  'main-unit': mainUnitSchema,
  accuracy: accuracySchema,
  'verification-interval': verificationIntervalSchema,
  'balance-depth': depthSchema,
  'acceptance-class': acceptanceClassSchema,
  'audit-class': auditClassSchema,
  'toxic-catalogue': toxicCatalogueSchema,
  threshold: thresholdSchema,
  deadline: deadlineSchema,
  stages: stagesSchema,
  balances: balancesSchema,
  'report-content': reportContentSchema,
  submission: submissionSchema,
  form: formSchema,
  'audit-team': auditTeamSchema,
  panel: panelSchema,
  agency: agencySchema,
  'metering-duty': meteringDutySchema,
  'online-monitoring': onlineMonitoringSchema,
  gate: gateSchema,
  'score-sheet': scoreSheetSchema,
  indicator: indicatorSchema,
  target: targetSchema,
  disclosure: disclosureSchema,
  listing: listingSchema,
  supervision: supervisionSchema,
  penalty: penaltySchema,
  subsidy: subsidySchema,
  savings: savingsSchema,
} as const;

export type Family = keyof typeof FAMILIES;
export type ContentOf<F extends Family> = z.output<(typeof FAMILIES)[F]>;
