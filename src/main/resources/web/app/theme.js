// Light, dark, or what the device prefers.
export const theme = {
  get: () => localStorage.getItem("classbell.theme") ?? "auto",
  set(value) {
    localStorage.setItem("classbell.theme", value);
    this.apply();
  },
  apply() {
    document.documentElement.dataset.theme = this.get();
  },
};
