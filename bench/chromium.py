"""The Chromium of the system, and how the benchmark and the tests start it."""

import os
import shutil

# What Playwright switches off, since the last such switch is the only one that counts, and then parts of the
# browser's own window: each new one brings pages of its own for the address bar, which nobody sees here and
# which take a processor for seconds.
_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,"
    "AvoidCorsURLLoaderRestartOnRedirect,TcpPortRandomizationWin,OptimizationHints,NetworkTimeServiceQuerying,"
    "AimEnabled,PreconnectToSearch,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,PreloadTopChromeWebUI,WebUIReloadButton"
)
SWITCHES = ["--no-sandbox", f"--disable-features={_OFF}"]


def find_chromium() -> str:
    """Path of a Chromium or Chrome of the system; "" without one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    mac = ("Google Chrome", "Chromium")
    found = [shutil.which(n) for n in names] + [f"/Applications/{n}.app/Contents/MacOS/{n}" for n in mac]
    return next((path for path in found if path and os.path.exists(path)), "")
