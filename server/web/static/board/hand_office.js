// To another office: which, and why. The dialog is for what leaves this office's hands.

import * as api from "./api.js";
import { byId, h } from "./element.js";

export class HandOffice {
  constructor(dialogs) {
    this.dialogs = dialogs;
  }

  async ask(incident) {
    const choice = byId("office-to");
    choice.replaceChildren();
    byId("office-none").hidden = true;
    const isAsked = this.dialogs.ask("office-dialog", incident, "web.done.office",
      ({ office_id, reason }) => api.changeOffice(incident.id, office_id, reason));
    try {
      const offices = await api.officesFor(incident.id);
      if (!isAsked()) return;
      choice.replaceChildren(...offices.map(({ id, name }) => h("option", { value: id }, name)));
      byId("office-none").hidden = offices.length > 0;
    } catch (problem) {
      if (isAsked()) this.dialogs.complain(byId("office-dialog"), problem);
    }
  }
}
