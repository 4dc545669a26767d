import { describe, expect, it } from 'vitest';
import { TOKEN_SCOPES } from '#contract/people.ts';
import { tokenViewer } from './viewers.ts';

const row: Parameters<typeof tokenViewer>[0] = {
  id: 1,
  name: 'CI',
  userId: 'anna',
  scopes: JSON.stringify(['org:read', 'project:admin', 'event:read']),
  lastUsedAt: null,
  expiresAt: null,
  email: 'anna@example.com',
  role: 'admin',
  organizationId: 1,
  organizationSlug: 'default',
  organizationName: 'Default',
};

describe('what a token allows', () => {
  it('is what was granted, while its maker may do it', () => {
    expect(tokenViewer(row)?.scopes).toEqual(['org:read', 'project:admin', 'event:read']);
  });

  it('shrinks with the role of its maker', () => {
    expect(tokenViewer({ ...row, role: 'viewer' })?.scopes).toEqual(['org:read', 'event:read']);
  });

  it('is nothing when its maker is no longer a member', () => {
    expect(tokenViewer({ ...row, role: null })).toBeNull();
  });

  it('is all that was granted when nobody made it', () => {
    const token = { ...row, userId: null, role: null, email: null, scopes: JSON.stringify(TOKEN_SCOPES) };
    expect(tokenViewer(token)).toMatchObject({ role: 'admin', scopes: TOKEN_SCOPES, by: 'token', email: '' });
  });

  it('leaves out scopes that this version does not know', () => {
    expect(tokenViewer({ ...row, scopes: '["root","event:read"]' })?.scopes).toEqual(['event:read']);
  });
});
