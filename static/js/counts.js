// Shows the number of unread conversations before the title of the tab.

const PREFIX = /^\(\d+\+?\) /;

export function attachCounts() {
  let count = 0;
  for (const link of document.querySelectorAll(".top [data-count]")) count += Number(link.dataset.count);
  const title = document.title.replace(PREFIX, "");
  document.title = count ? `(${count}) ${title}` : title;
}
