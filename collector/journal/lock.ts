import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../../config/words/fault.ts';

/** Folders locked by this process: its own lock must not look stale to it. */
const held = new Set<string>();

/**
 * Makes this process the one writer of a folder, by a file `lock` that names it. A lock whose process is gone is taken over; a process
 * counts as gone too when its number now belongs to one that started at another time. The lock of another host is respected: nobody here
 * can know whether its process lives.
 *
 * @returns what gives the folder free again.
 * @throws Fault journal.locked while another process writes, journal.locked-elsewhere while one of another host may.
 */
export async function lockFolder(dir: string): Promise<() => Promise<void>> {
  const path = join(dir, 'lock');
  const mine = `${process.pid} ${startedAt(process.pid) ?? '-'} ${hostname()}\n`;
  const fresh = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  if (held.has(path)) throw locked(path, mine);
  await writeFile(fresh, mine);
  try {
    for (;;) {
      try {
        await link(fresh, path);
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const other = await readFile(path, 'utf8').catch(() => '');
      if (other !== '' && alive(other)) throw locked(path, other);
      await removeStale(path, other);
    }
  } finally {
    await rm(fresh, { force: true });
  }
  held.add(path);
  return async () => {
    held.delete(path);
    await unlink(path).catch(() => undefined);
  };
}

function locked(path: string, owner: string): Fault {
  const [pid, , host] = owner.trim().split(' ');
  if (host !== undefined && host !== hostname()) {
    return new Fault({
      code: 'journal.locked-elsewhere',
      place: path,
      zh: `主机“${host}”上的进程 ${pid} 锁住了这个日志；如果它确已不在（主机改名、容器重建、磁盘搬移），请删除文件 ${path} 后再试`,
      en: `process ${pid} of the host ${host} holds this journal; if it is surely gone (host renamed, container rebuilt, disk moved), delete ${path} and try again`,
    });
  }
  return new Fault({
    code: 'journal.locked',
    place: path,
    zh: `进程 ${pid} 正在写这个日志；每个日志只能有一个写入者`,
    en: `process ${pid} is writing this journal; a journal has one writer`,
  });
}

/** Moves the lock away before deleting it, so that of two that find it stale only one does. */
async function removeStale(path: string, seen: string): Promise<void> {
  const aside = `${path}.stale.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8').catch(() => seen)) !== seen) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function alive(owner: string): boolean {
  const [pid, started, host] = owner.trim().split(' ');
  // Whether a process of another machine lives cannot be seen from here; a name that changed with a boot can.
  if (host !== hostname() && !sameBoot(started)) return true;
  const number = Number(pid);
  if (!Number.isInteger(number) || number <= 0) return false;
  const now = startedAt(number);
  if (now !== null && started !== '-') return now === started;
  try {
    process.kill(number, 0);
    return number !== process.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether a lock was taken since this machine was started: then its host had another name, and its process would be found here. */
function sameBoot(started: string | undefined): boolean {
  const mine = startedAt(process.pid)?.split('/')[0];
  return mine !== undefined && started?.split('/')[0] === mine;
}

/** When a process started, in ticks since this boot with the boot's id, where the system tells (Linux); null otherwise. */
function startedAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return ticks === undefined ? null : `${boot}/${ticks}`;
  } catch {
    return null;
  }
}
