// Sends the form beside a frame of Calendly once the frame says that something was booked in it. The server asks Calendly
// what that was: nothing of the message is used.

export function attachCalendly() {
  const frame = document.querySelector("[data-calendly]");
  const form = document.querySelector("[data-calendly-booked]");
  if (!frame || !form) return;
  let isSent = false;
  addEventListener("message", (message) => {
    const isFromFrame = message.origin === frame.dataset.calendly && message.source === frame.contentWindow;
    if (!isFromFrame || message.data?.event !== "calendly.event_scheduled" || isSent) return;
    isSent = true;
    form.requestSubmit();
  });
}
