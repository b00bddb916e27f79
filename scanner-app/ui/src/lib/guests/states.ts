/** The words for where a ticket's order stands. */
export const STATES: Record<string, string> = {
  valid: 'ticket-state-valid',
  pending: 'ticket-state-pending',
  unapproved: 'ticket-state-unapproved',
  blocked: 'ticket-state-blocked',
  cancelled: 'ticket-state-cancelled',
  expired: 'ticket-state-expired',
  disputed: 'ticket-state-disputed',
  revoked: 'ticket-state-revoked',
};
