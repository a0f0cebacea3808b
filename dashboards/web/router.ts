import type { Component } from 'vue';
import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router';
import { link } from './link.ts';
import type { Texts } from './locales/zh.ts';
import BalancesPage from './pages/BalancesPage.vue';
import FleetPage from './pages/FleetPage.vue';
import LivePage from './pages/LivePage.vue';

/** A page with what it takes to see it. Each is a chunk of its own, save where people begin: those come with the shell. */
interface Page {
  readonly name: keyof Texts;
  readonly path: string;
  readonly grant: string;
  /** Where it stands in the menu; absent where another page leads to it. */
  readonly group?: 'site' | 'audit' | 'oversight' | 'admin';
  readonly component: Component | (() => Promise<unknown>);
}

export const PAGES: readonly Page[] = [
  { name: 'live', path: '/live', grant: 'values', group: 'site', component: LivePage },
  { name: 'meters', path: '/meters', grant: 'values', group: 'site', component: () => import('./pages/MetersPage.vue') },
  { name: 'meter', path: '/meters/:id', grant: 'values', component: () => import('./pages/MeterPage.vue') },
  { name: 'trends', path: '/trends', grant: 'values', group: 'site', component: () => import('./pages/TrendsPage.vue') },
  { name: 'coverage', path: '/coverage', grant: 'balances', group: 'site', component: () => import('./pages/CoveragePage.vue') },
  { name: 'bus', path: '/bus', grant: 'sources', group: 'site', component: () => import('./pages/BusPage.vue') },
  { name: 'stores', path: '/stores', grant: 'sources', group: 'site', component: () => import('./pages/StoresPage.vue') },
  { name: 'commission', path: '/commission', grant: 'configure', group: 'site', component: () => import('./pages/CommissionPage.vue') },
  { name: 'plantFile', path: '/plant-file', grant: 'configure', group: 'site', component: () => import('./pages/PlantFilePage.vue') },
  { name: 'chooseWindow', path: '/window', grant: 'balances', group: 'audit', component: () => import('./pages/WindowPage.vue') },
  { name: 'balances', path: '/balances', grant: 'balances', group: 'audit', component: BalancesPage },
  { name: 'balance', path: '/balances/:id', grant: 'balances', component: () => import('./pages/BalancePage.vue') },
  { name: 'whatIf', path: '/what-if', grant: 'balances', group: 'audit', component: () => import('./pages/WhatIfPage.vue') },
  { name: 'compare', path: '/compare', grant: 'balances', group: 'audit', component: () => import('./pages/ComparePage.vue') },
  { name: 'auditResults', path: '/audit', grant: 'balances', group: 'audit', component: () => import('./pages/AuditPage.vue') },
  { name: 'reports', path: '/reports', grant: 'reports', group: 'audit', component: () => import('./pages/ReportsPage.vue') },
  { name: 'fleet', path: '/fleet', grant: 'oversight', group: 'oversight', component: FleetPage },
  { name: 'outfalls', path: '/outfalls', grant: 'oversight', group: 'oversight', component: () => import('./pages/OutfallsPage.vue') },
  { name: 'outfall', path: '/outfalls/:id', grant: 'oversight', component: () => import('./pages/OutfallPage.vue') },
  { name: 'duties', path: '/duties', grant: 'oversight', group: 'oversight', component: () => import('./pages/DutiesPage.vue') },
  { name: 'users', path: '/users', grant: 'users', group: 'admin', component: () => import('./pages/UsersPage.vue') },
];

/** Where each role begins. */
const HOME: Readonly<Record<string, string>> = { engineer: '/live', auditor: '/balances', officer: '/fleet', administrator: '/fleet' };
export const homeOf = (role: string | null): string => HOME[role ?? ''] ?? '/balances';

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    ...PAGES.map(({ name, path, component, grant }): RouteRecordRaw => ({ name, path, component: component as never, meta: { grant } })),
    { path: '/:rest(.*)*', name: 'none', component: { render: () => null } },
  ],
  scrollBehavior: (_to, from, saved) => (from.name === undefined ? false : (saved ?? { top: 0 })),
});

// A one-time link may be opened in a page that is there already.
router.beforeEach((to) => {
  const match = /^\/link=(.+)$/.exec(to.path);
  if (!match) return true;
  link.value = match[1]!;
  return { path: '/', replace: true };
});
