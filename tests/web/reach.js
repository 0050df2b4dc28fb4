// Notes what the focus comes to. Returns how often Tab is pressed; reachFaults() then says what it did not come to.
(() => {
  const CLICKABLE = "button, a[href], input:not([type=hidden]), select, textarea, summary, [data-act], [data-open], [role=button], [role=tab]";
  const visible = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0;
  // An open modal dialog keeps the focus within.
  const room = document.querySelector("dialog:modal") ?? document;
  // Of a group that is walked by arrows, one member has the focus: radios of a name, tabs of a list, tiles and rows.
  const group = (node) => {
    if (node.matches("[type=radio]")) return `radio ${node.name}`;
    if (node.matches(".tile-open")) return "tiles";
    const walked = node.closest("[role=tablist], [role=grid], [data-arrows]");
    return walked ? `group ${walked.id || walked.className || walked.getAttribute("aria-label")}` : null;
  };
  const reached = new Set();
  const groups = new Set();
  const note = (node) => { reached.add(node); const name = group(node); if (name) groups.add(name); };
  document.addEventListener("focusin", (event) => note(event.target), true);
  if (document.activeElement) note(document.activeElement);
  const wanted = () => [...room.querySelectorAll(CLICKABLE)].filter((node) => visible(node) && !node.matches(":disabled"));
  window.reachFaults = () => wanted()
    .filter((node) => !reached.has(node) && !groups.has(group(node)))
    .map((node) => `not reached: ${node.outerHTML.slice(0, 140)}`);
  return wanted().length * 2 + 60;
})()
