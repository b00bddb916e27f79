//! What runs in the page of a window: each function is sent as its text, so it stands alone.

/**
 * The last control of a kind that is named so and can be reached.
 *
 * @param {string} kind
 * @param {string} name
 * @returns {Element | null}
 */
export function control(kind, name) {
  const plain = (/** @type {string | null} */ text) =>
    (text ?? '')
      .replace(/[\u2066-\u2069]/gu, '')
      .replace(/\s+/gu, ' ')
      .trim();
  const reachable = (/** @type {Element} */ element) =>
    element.getClientRects().length > 0 &&
    !element.closest('[inert]') &&
    !(/** @type {any} */ (element).disabled);
  /** @type {Record<string, string>} */
  const kinds = { button: 'button', link: 'a[href]', radio: '[role=radio]', field: 'label' };
  const named = [...document.querySelectorAll(kinds[kind] ?? 'none')].filter((element) => {
    const texts = [plain(element.getAttribute('aria-label')), plain(element.textContent)];
    const begins = (kind === 'radio' || kind === 'link') && texts[1]?.startsWith(name);
    return begins || texts.includes(name);
  });
  const controls = named.map((element) =>
    kind === 'field' ? /** @type {HTMLLabelElement} */ (element).control : element,
  );
  return controls.filter((element) => element !== null && reachable(element)).at(-1) ?? null;
}

/**
 * Whether words stand where `selector` finds them.
 *
 * @param {string} selector
 * @param {string} words
 */
export function shows(selector, words) {
  const plain = (/** @type {string | null} */ text) =>
    (text ?? '').replace(/[\u2066-\u2069]/gu, '').replace(/\s+/gu, ' ');
  return [...document.querySelectorAll(selector)].some((element) =>
    plain(element.textContent).includes(words),
  );
}
