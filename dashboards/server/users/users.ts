import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Refusal } from '../refusal.ts';
import { type Content, nameKey, openUserBook, type Plants, type Token, type User, type UserBook } from './book.ts';
import { Lockout } from './limits.ts';
import { COST, hashOf, isAcceptable, matches, type PasswordCost, type PasswordHash } from './password.ts';
import type { Role, SCOPES } from './roles.ts';
import { digestOf, newSecret } from './secret.ts';
import { Sessions } from './sessions.ts';
import { Trail } from './trail.ts';

const LINK_MS = 72 * 3_600_000;
/** A visitor of a simulated plant sees what an engineer sees, and signs nothing. */
const VISITOR: Role = 'engineer';

/** What opening a one-time link still asks for; `done` where it needed nothing more. */
export type LinkAnswer =
  | { readonly needs: 'name-and-password' }
  | { readonly needs: 'password'; readonly name: string }
  | { readonly needs: null; readonly secret: string };

/**
 * Who may come in: users, tokens and sessions in files that hold no secret, and a trail of what they did. There is no default password: the
 * first administrator is made by a one-time link that the program prints, every other user by a link that an administrator hands over.
 */
export class Users {
  readonly book: UserBook;
  readonly sessions: Sessions;
  readonly trail: Trail;
  /** Called when a visitor has used a link up. */
  onVisit: () => void = () => undefined;
  readonly #lockout = new Lockout();
  /** Digests of links that live as long as the process. */
  readonly #links = new Map<string, 'set-up' | 'visit'>();

  readonly #cost: PasswordCost;

  constructor(book: UserBook, trail: Trail, sessions: Sessions, cost: PasswordCost) {
    this.#cost = cost;
    this.book = book;
    this.trail = trail;
    this.sessions = sessions;
  }

  async hasAdministrator(): Promise<boolean> {
    return administrators(await this.book.read()) > 0;
  }

  /** A secret that makes the first administrator, or lets a visitor in, once. */
  newLink(kind: 'set-up' | 'visit'): string {
    const secret = newSecret();
    this.#links.set(digestOf(secret), kind);
    return secret;
  }

  /** @throws Refusal 401 wrong-credentials, 429 locked */
  async signIn(name: string, password: string, from: string): Promise<string> {
    const key = nameKey(name);
    const lockedMs = this.#lockout.lockedFor(key);
    if (lockedMs > 0) throw new Refusal(429, 'locked', { 'retry-after': String(Math.ceil(lockedMs / 1000)) });
    // Counted before the password is tried, so that guesses sent at once count too.
    this.#lockout.failed(key);
    const user = (await this.book.read()).users.find((one) => one.name === key && !one.disabled);
    if (!(await matches(password, user?.password ?? null, this.#cost))) {
      await this.trail.add({ who: key, action: 'sign-in-refused', what: '', from });
      throw new Refusal(401, 'wrong-credentials');
    }
    this.#lockout.succeeded(key);
    await this.trail.add({ who: key, action: 'signed-in', what: '', from });
    return this.sessions.start(key);
  }

  /** @throws Refusal 410 where the link has been used or is too old, 400 where name or password will not do */
  async openLink(link: string, given: { readonly name?: string; readonly password?: string }, from: string): Promise<LinkAnswer> {
    const digest = digestOf(link);
    const kind = this.#links.get(digest);
    if (kind === 'visit') {
      this.#links.delete(digest);
      this.onVisit();
      await this.trail.add({ who: 'visitor', action: 'signed-in', what: 'by the link of a simulated plant', from });
      return { needs: null, secret: this.sessions.start('visitor', VISITOR) };
    }
    if (kind === 'set-up') return this.#setUp(digest, given, from);
    const user = (await this.book.read()).users.find(
      (one) => one.link?.sha256 === digest && one.link.expiresMs > Date.now() && !one.disabled,
    );
    if (user === undefined) throw new Refusal(410, 'link-used');
    if (given.password === undefined) return { needs: 'password', name: user.name };
    const hash = await this.#accepted(given.password, user.name);
    await this.book.change((content) => {
      const own = content.users.find((one) => one.name === user.name && one.link?.sha256 === digest);
      if (own === undefined) throw new Refusal(410, 'link-used');
      own.password = hash;
      own.link = null;
    });
    this.sessions.endAll(user.name);
    this.#lockout.succeeded(user.name);
    await this.trail.add({ who: user.name, action: 'password-set', what: 'by a one-time link', from });
    return { needs: null, secret: this.sessions.start(user.name) };
  }

  /** @throws Refusal 403 where the old password is wrong, 400 where the new one will not do */
  async changePassword(name: string, old: string, password: string, secret: string, from: string): Promise<void> {
    const lockedMs = this.#lockout.lockedFor(name);
    if (lockedMs > 0) throw new Refusal(429, 'locked', { 'retry-after': String(Math.ceil(lockedMs / 1000)) });
    this.#lockout.failed(name);
    const kept = (await this.book.read()).users.find((one) => one.name === name)?.password ?? null;
    if (!(await matches(old, kept, this.#cost))) throw new Refusal(403, 'wrong-credentials');
    this.#lockout.succeeded(name);
    const hash = await this.#accepted(password, name);
    await this.book.change((content) => {
      userIn(content, name).password = hash;
    });
    this.sessions.endAll(name, secret);
    await this.trail.add({ who: name, action: 'password-set', what: '', from });
  }

  /** Makes a user and the one-time link by which they choose a password. @throws Refusal 409 */
  async add(user: { readonly name: string; readonly role: Role; readonly plants: Plants }, by: string, from: string): Promise<string> {
    const link = newSecret();
    const name = nameKey(user.name);
    await this.book.change((content) => {
      if (content.users.some((one) => one.name === name)) throw new Refusal(409, 'name-taken');
      const expiresMs = Date.now() + LINK_MS;
      const plants = user.role === 'administrator' ? '*' : user.plants;
      const made = { name, role: user.role, plants, disabled: false, password: null, createdMs: Date.now() };
      content.users.push({ ...made, link: { sha256: digestOf(link), expiresMs } });
    });
    await this.trail.add({ who: by, action: 'user-added', what: `${name} ${user.role} ${String(user.plants)}`, from });
    return link;
  }

  /** Ends the user's sessions: what they may do has changed. @throws Refusal 404, 409 for the last administrator */
  async change(name: string, to: Partial<Pick<User, 'role' | 'plants' | 'disabled'>>, by: string, from: string): Promise<void> {
    await this.book.change((content) => {
      const user = userIn(content, nameKey(name));
      Object.assign(user, to);
      if (user.role === 'administrator') user.plants = '*';
      if (administrators(content) === 0) throw new Refusal(409, 'last-administrator');
    });
    this.sessions.endAll(nameKey(name));
    await this.trail.add({ who: by, action: 'user-changed', what: `${nameKey(name)} ${JSON.stringify(to)}`, from });
  }

  /** A new one-time link for a user; the password so far goes on until it is used. @throws Refusal 404 */
  async renewLink(name: string, by: string, from: string): Promise<string> {
    const link = newSecret();
    await this.book.change((content) => {
      userIn(content, nameKey(name)).link = { sha256: digestOf(link), expiresMs: Date.now() + LINK_MS };
    });
    await this.trail.add({ who: by, action: 'link-made', what: nameKey(name), from });
    return link;
  }

  /** A token for a program: its secret is shown this once. */
  async addToken(
    token: { readonly name: string; readonly scopes: readonly (typeof SCOPES)[number][]; readonly plants: Plants; readonly days: number },
    by: string,
    from: string,
  ): Promise<string> {
    const secret = `lh_${newSecret()}`;
    const made: Token = {
      id: randomUUID(),
      name: token.name,
      scopes: [...token.scopes],
      plants: token.plants,
      sha256: digestOf(secret),
      createdMs: Date.now(),
      createdBy: by,
      expiresMs: Date.now() + token.days * 86_400_000,
    };
    await this.book.change((content) => {
      content.tokens.push(made);
    });
    await this.trail.add({ who: by, action: 'token-made', what: `${made.id} ${made.name} ${made.scopes.join(' ')}`, from });
    return secret;
  }

  /** @throws Refusal 404 */
  async revokeToken(id: string, by: string, from: string): Promise<void> {
    await this.book.change((content) => {
      const index = content.tokens.findIndex((token) => token.id === id);
      if (index < 0) throw new Refusal(404, 'not-found');
      content.tokens.splice(index, 1);
    });
    await this.trail.add({ who: by, action: 'token-revoked', what: id, from });
  }

  async #setUp(digest: string, given: { readonly name?: string; readonly password?: string }, from: string): Promise<LinkAnswer> {
    if (await this.hasAdministrator()) throw new Refusal(410, 'link-used');
    if (given.name === undefined || given.password === undefined) return { needs: 'name-and-password' };
    const name = nameKey(given.name);
    const hash = await this.#accepted(given.password, name);
    await this.book.change((content) => {
      if (administrators(content) > 0) throw new Refusal(410, 'link-used');
      if (content.users.some((one) => one.name === name)) throw new Refusal(409, 'name-taken');
      const made = { name, role: 'administrator' as const, plants: '*' as const, disabled: false, link: null, createdMs: Date.now() };
      content.users.push({ ...made, password: hash });
    });
    this.#links.delete(digest);
    await this.trail.add({ who: name, action: 'set-up', what: 'first administrator', from });
    return { needs: null, secret: this.sessions.start(name) };
  }

  async #accepted(password: string, name: string): Promise<PasswordHash> {
    if (!isAcceptable(password, name)) throw new Refusal(400, 'weak-password');
    return hashOf(password, this.#cost);
  }
}

/**
 * Opens the users' folder, creating it where it is absent. Sessions are of one server each, which `server` names.
 *
 * @throws Fault users.unreadable
 */
export async function openUsers(folder: string, server: string, cost: PasswordCost = COST): Promise<Users> {
  const book = await openUserBook(folder);
  return new Users(book, new Trail(join(folder, 'trail.jsonl')), new Sessions(join(folder, `sessions-${server}.json`)), cost);
}

const administrators = ({ users }: Content): number =>
  users.filter(({ role, disabled, password }) => role === 'administrator' && !disabled && password !== null).length;

function userIn(content: Content, name: string): User {
  const user = content.users.find((one) => one.name === name);
  if (user === undefined) throw new Refusal(404, 'not-found');
  return user;
}
