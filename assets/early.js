// Runs before everything else, so that nothing typed or pressed while the page loads is lost: shows the right
// tab, fills in what is known, keeps an early press on a form's button for later, asks for an early arrival.
(function () {
  var root = document.documentElement;
  var query = new URLSearchParams(location.search);
  var fromPath = /^\/live\/([0-9a-fA-F-]{36})\/?$/.exec(location.pathname);
  var sessionId = (fromPath && fromPath[1]) || query.get("session_id") || "";
  var early = (window.donfraEarly = { sessionId: sessionId, pressed: null, alive: false, arrival: null });

  // The build may put the room's hashed files here: on a session's link they then load beside the page's own.
  var ROOM_FILES = [];
  if (sessionId) ROOM_FILES.forEach(function (file) {
    var link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = file;
    link.setAttribute("fetchpriority", "low");
    document.head.appendChild(link);
  });

  root.dataset.tab = sessionId || query.get("role") === "viewer" ? "join" : "create";

  if (/^[0-9a-f-]{36}$/i.test(sessionId) && document.visibilityState === "visible" && !/host_key=/.test(location.hash)) {
    early.arrival = fetch("/api/live/arrival", {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ session_id: sessionId }),
    }).then(
      function (r) { return r.ok ? r.json() : { status: r.status }; },
      function () { return null; }
    ).catch(function () { return null; });
  }

  function show(tab, focus) {
    root.dataset.tab = tab;
    document.querySelectorAll('[role="tab"][data-tab]').forEach(function (t) {
      var on = t.dataset.tab === tab;
      t.setAttribute("aria-selected", on ? "true" : "false");
      t.tabIndex = on ? 0 : -1;
      if (on && focus) t.focus();
    });
  }
  early.fill = function () {
    show(root.dataset.tab);
    var id = document.getElementById("join-session");
    if (id && !id.value && query.get("session_id")) id.value = query.get("session_id");
    var name = "";
    try { name = localStorage.getItem("donfra-name") || ""; } catch (e) { /* storage is off */ }
    ["create-name", "join-name"].forEach(function (key) {
      var input = document.getElementById(key);
      if (input && !input.value && name) input.value = name;
    });
  };
  document.addEventListener("DOMContentLoaded", early.fill);

  document.addEventListener("click", function (event) {
    var tab = event.target.closest && event.target.closest('[role="tab"][data-tab]');
    if (tab) show(tab.dataset.tab);
  });
  document.addEventListener("keydown", function (event) {
    var tab = event.target.closest && event.target.closest('[role="tab"][data-tab]');
    var keys = { ArrowLeft: "create", ArrowRight: "join", Home: "create", End: "join" };
    if (tab && keys[event.key]) { event.preventDefault(); show(keys[event.key], true); }
  });
  document.addEventListener("submit", function (event) {
    var name = event.target.querySelector('[name="owner_name"]');
    if (name && name.value.trim()) try { localStorage.setItem("donfra-name", name.value.trim()); } catch (e) { /* off */ }
    if (early.alive) return;
    event.preventDefault();
    event.stopPropagation();
    early.pressed = event.target.id;
    root.dataset.pressed = event.target.id;
  }, true);
})();
