// Puts a button beside a link that is shown once, which copies it. Without a script, and where a browser lets no page copy (over
// plain http), the link is copied by hand.
for (const field of document.querySelectorAll("input.address")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy the link";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copied";
    } catch {
      field.select();
      button.textContent = "Could not be copied: press Ctrl or ⌘ and C";
    }
  });
  field.after(" ", button);
}
