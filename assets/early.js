// Runs before everything else, so that nothing typed or pressed while the page loads is lost: shows the right
// tab, fills in what is known, takes presses on the forms. On a session's link it loads what Join needs first
// and holds the rest of the page back until the picture is there, or is not wanted yet. Also what buttons of every
// page need: the focus kept when one goes, a secret copied.
(function () {
  var root = document.documentElement;
  var query = new URLSearchParams(location.search);
  var fromPath = /^\/live\/([^/]+)\/?$/.exec(location.pathname);
  var sessionId = (fromPath && fromPath[1]) || query.get("session_id") || "";
  var early = (window.donfraEarly = {
    sessionId: sessionId, pressed: null, alive: false, arrival: null, seated: false, submit: null, start: null, pressedAt: 0,
  });
  function recall(key, storage) {
    try { return window[storage].getItem("donfra-" + key) || ""; } catch (e) { return ""; /* storage is off */ }
  }

  // The build puts the room's hashed files here; in development there are none, and call.jsx does it all.
  var ROOM = { begin: "", scripts: [], styles: [] };

  function link(rel, file, priority) {
    var element = document.createElement("link");
    element.rel = rel;
    element.href = file;
    if (priority) element.setAttribute("fetchpriority", priority);
    document.head.appendChild(element);
  }

  // A host, or somebody who reloads in the middle of a call: the page itself brings them back.
  early.seated = [recall("in", "sessionStorage"), recall("host", "sessionStorage")].indexOf(sessionId) >= 0 && !!sessionId
    || /host_key=/.test(location.hash);
  if (early.seated) root.dataset.seated = "";
  // A link to a recording: the film is shown in place of the page.
  if (/^#watch=/.test(location.hash) || (sessionId && recall("watch", "sessionStorage").indexOf(sessionId.toLowerCase()) === 0)) root.dataset.film = "";
  root.dataset.tab = sessionId || query.get("role") === "viewer" ? "join" : "create";

  var first = ROOM.begin && /^[0-9a-f-]{36}$/i.test(sessionId) && !early.seated && root.dataset.film === undefined && document.visibilityState === "visible";
  if (first) {
    early.arrival = fetch("/api/live/arrival", {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ session_id: sessionId }),
    }).then(function (r) { return r.ok ? r.json() : null; }).catch(function () { return null; });
    ROOM.scripts.forEach(function (file) { link("modulepreload", file); });
    ROOM.styles.forEach(function (file) { link("stylesheet", file, "low"); });
    import(ROOM.begin).catch(function () { early.start(); });
  }

  // Without its server a page would say for ever that it loads: after some seconds it says why. Seconds are counted
  // one by one, so that none of a laptop's sleep are, and not while the page is held back on purpose.
  var SILENT_SECONDS = 12, silent = 0;
  setInterval(function () {
    var told = document.getElementById("away");
    silent = wanted && told && told.dataset.alive !== "true" ? silent + 1 : 0;
    if (silent >= SILENT_SECONDS) root.dataset.away = ""; else delete root.dataset.away;
  }, 1000);

  // The build hands the page's own start over to this. `start` may be called before and more than once.
  var page = null, wanted = !first;
  function go() {
    if (!wanted || !page) return;
    var now = page;
    page = null;
    if (first) return bring(now, 500);
    now.files.forEach(function (file) { link("modulepreload", file); });
    now.begin();
  }
  // During a call the app may be away, and a script that could not be loaded is not asked for again:
  // so all of them are in the browser's cache before the first one runs.
  function bring(now, pause) {
    Promise.all(now.files.map(function (file) {
      return fetch(file).then(function (r) { if (!r.ok) throw r; return r.arrayBuffer(); });
    })).then(now.begin, function () {
      setTimeout(function () { bring(now, Math.min(8000, pause * 2)); }, pause);
    });
  }
  early.start = function () { wanted = true; go(); };
  // Not between somebody's typing and his press on Join: taking the page over would keep him waiting.
  var touched = -4000;
  early.startWhenQuiet = function () {
    var left = touched + 4000 - performance.now();
    if (left <= 0) return early.start();
    setTimeout(function () { if (!root.dataset.pressed) early.startWhenQuiet(); }, left);
  };
  early.page = function (files, begin) { page = { files: files, begin: begin }; go(); };
  if (first) {
    ["input", "keydown", "pointerdown"].forEach(function (kind) {
      document.addEventListener(kind, function () { touched = performance.now(); }, true);
    });
    document.addEventListener("playing", function () { setTimeout(early.start, 300); }, true);
    setTimeout(function () { if (!root.dataset.pressed) early.startWhenQuiet(); }, 4000);
    setTimeout(early.start, 10000);
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
    var name = recall("name", "localStorage");
    ["create-name", "join-name"].forEach(function (key) {
      var input = document.getElementById(key);
      if (input && !input.value && name) input.value = name;
    });
  };
  document.addEventListener("DOMContentLoaded", early.fill);

  // All of them on the way down: React stops what comes while it takes over the page.
  document.addEventListener("click", function (event) {
    var tab = event.target.closest && event.target.closest('[role="tab"][data-tab]');
    if (tab) show(tab.dataset.tab);
  }, true);
  document.addEventListener("keydown", function (event) {
    var tab = event.target.closest && event.target.closest('[role="tab"][data-tab]');
    var keys = { ArrowLeft: "create", ArrowRight: "join", Home: "create", End: "join" };
    if (tab && keys[event.key]) { event.preventDefault(); show(keys[event.key], true); }
  }, true);
  // A button that goes when its work is done must not take the focus with it: the part that it was in gets it.
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("button"), around = [], times = 0;
    if (!button) return;
    for (var one = button.parentElement; one; one = one.parentElement) {
      if (one.matches("[aria-label], [aria-labelledby], main")) around.push(one);
    }
    (function look() {
      if (button.isConnected) return ++times < 40 && setTimeout(look, 100);
      var room = document.querySelector(".room");
      var part = around.filter(function (p) { return p.isConnected && (!room || room.contains(p)); })[0];
      if (!part || document.activeElement !== document.body) return;
      if (!part.hasAttribute("tabindex")) part.tabIndex = -1;
      part.focus({ preventScroll: true });
    })();
  }, true);
  // A secret that is shown once: copied, or selected where the browser keeps the clipboard from us.
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-copies]");
    if (!button) return;
    var field = document.getElementById(button.dataset.copies), told = button.nextElementSibling;
    function tell(text) {
      told.textContent = text;
      setTimeout(function () { if (told.textContent === text) told.textContent = ""; }, 4000);
    }
    field.select();
    Promise.resolve().then(function () { return navigator.clipboard.writeText(field.value); }).then(
      function () { tell("Copied"); }, function () { tell("It is selected: copy it from here."); });
  });
  function cookie(name) {
    var found = document.cookie.split("; ").filter(function (c) { return c.indexOf(name + "=") === 0; })[0];
    return found ? found.slice(name.length + 1) : "";
  }
  var hash = new URLSearchParams();
  // Also when a link with a key is opened where its page is already; a key that was there stays.
  function readKey() {
    var now = new URLSearchParams(location.hash.slice(1));
    if (!now.get("key")) return;
    hash = now;
    root.dataset.key = "true";
  }
  readKey();
  addEventListener("hashchange", readKey);
  var who = cookie("donfra_signed_in");
  if (who) root.dataset.signedIn = "true";
  // The page's state at the server goes with who was signed in: the next one would be sent what it still shows.
  try {
    if (recall("who", "sessionStorage") !== who) sessionStorage.removeItem("token"); // Reflex makes a new one
    sessionStorage.setItem("donfra-who", who);
  } catch (e) { /* storage is off, so there is no token to be kept */ }

  // Forms that the browser sends itself: the key that proves them ours, where to go then, a link's secret.
  function complete(form) {
    var given = { csrf: cookie("donfra_form"), next: query.get("next") || "", key: hash.get("key") || "" };
    Object.keys(given).forEach(function (name) { if (form.elements[name]) form.elements[name].value = given[name]; });
    var to = new URL(form.action);
    // development: the pages' host may not be the one that was built in
    if (to.hostname === "localhost") to.hostname = location.hostname;
    form.action = to.href;
  }
  // What was typed comes back after a refusal; passwords do not.
  function typed(form) { return [].filter.call(form.elements, function (e) { return e.name && /^(text|email)$/.test(e.type); }); }
  function keep(form) {
    var values = {};
    typed(form).forEach(function (e) { values[e.name] = e.value; });
    try { sessionStorage.setItem("donfra-form", JSON.stringify({ id: form.id, values: values })); } catch (e) { /* off */ }
  }
  function giveBack() {
    var kept = null;
    try { kept = JSON.parse(sessionStorage.getItem("donfra-form")); sessionStorage.removeItem("donfra-form"); } catch (e) { return; }
    var form = kept && query.get("error") && document.getElementById(kept.id);
    if (!form) return "";
    typed(form).forEach(function (e) { if (!e.value) e.value = kept.values[e.name] || ""; });
    return kept.id;
  }
  function say(from) {
    document.querySelectorAll("[data-error], [data-done]").forEach(function (p) {
      var form = p.closest("form"), off = p.dataset.done !== query.get("done");
      if (p.dataset.error) off = p.dataset.error !== query.get("error") || !!(from && form && form.id !== from);
      if (p.hidden !== off) p.hidden = off;
    });
  }
  function keepNext() {
    if (query.get("next")) document.querySelectorAll("a[data-keep-next]").forEach(function (a) {
      a.search = "?next=" + encodeURIComponent(query.get("next"));
    });
  }
  document.addEventListener("DOMContentLoaded", function () {
    var from = giveBack();
    say(from);
    // Parts that the page makes anew when it comes alive are silent again.
    if (query.get("error") || query.get("done")) new MutationObserver(function () { say(from); }).observe(
      document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["hidden"] });
    var form = document.querySelector("form[data-native]");
    if (form && !cookie("donfra_form")) {
      complete(form);
      fetch(new URL("/api/browser", form.action), { credentials: "include" }).catch(function () { return null; });
    }
  });
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-sign-in]");
    if (link && !/^\/(sign-|reset|setup)/.test(location.pathname)) link.search = "?next=" + encodeURIComponent(location.pathname);
    if (event.target.closest && event.target.closest("a[data-keep-next]")) keepNext();
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  }, true);
  document.addEventListener("keydown", function (event) {
    var menu = event.key === "Escape" && document.querySelector("details[data-menu][open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  }, true);

  // A form that only the page can send: once, as soon as the page can.
  function sendLater(form) {
    if (form.dataset.waits) return;
    form.dataset.waits = "true";
    new MutationObserver(function (_, seen) {
      if (form.dataset.alive !== "true") return;
      seen.disconnect();
      delete form.dataset.waits;
      form.requestSubmit();
    }).observe(form, { attributes: true, attributeFilter: ["data-alive"] });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target, join = form.id === "join-form";
    if (form.dataset.native) { complete(form); keep(form); return; }
    if (form.dataset.alive === "true") return;
    var name = form.querySelector('[name="owner_name"]');
    if (name && name.value.trim()) try { localStorage.setItem("donfra-name", name.value.trim()); } catch (e) { /* off */ }
    if (!join && (early.alive || !(form.id === "create-form" || form.dataset.alive))) return;
    event.preventDefault();
    event.stopPropagation();
    if (form.id !== "create-form" && form.dataset.alive) return sendLater(form);
    if (!early.alive) root.dataset.pressed = form.id;
    if (join) early.pressedAt = early.pressedAt || event.timeStamp;
    if (join && early.submit) return early.submit(form);
    early.pressed = form.id;
    if (!join) early.start();
  }, true);
})();
