// On a narrow screen the tabs scroll sideways: the one that is open begins in sight.
const tabs = document.querySelector("nav.tabs");
const here = tabs?.querySelector("[aria-current]");
if (here) tabs.scrollLeft = here.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - here.offsetWidth) / 2;
