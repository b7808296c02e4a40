// The page behind the link of a verification mail. The token leaves the address bar at once. Opening the page changes
// nothing, as mail scanners open links too.
const token = new URLSearchParams(location.search).get("token") ?? "";
history.replaceState(null, "", location.pathname);

const form = document.querySelector("form");
const outcome = document.querySelector("#outcome");

form.addEventListener("submit", async event => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch("/api/v1/auth/verify-email", {
      method: "POST",
      headers: {"content-type": "application/json"},
      body: JSON.stringify({token}),
    });
    if (answer.ok) {
      form.hidden = true;
      outcome.textContent = "Your e-mail address is confirmed.";
    } else {
      const problem = await answer.json();
      outcome.textContent = problem.errors?.map(e => e.message).join(" ") ?? problem.detail;
    }
  } catch {
    outcome.textContent = "The server did not answer. Try again.";
  } finally {
    button.disabled = false;
  }
});
