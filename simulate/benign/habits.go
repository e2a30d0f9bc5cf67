package benign

import (
	"fmt"

	"hotwash/simulate/world"
)

// habits are what people do that shows in a source.
var habits = map[string]func(*day, *world.Act){
	"entra.signin": signIn,
	"m365.ual":     officeWork,
}

func signIn(d *day, a *world.Act) {
	a.Kind, a.App = world.SignIn, world.Pick(d.r, everydayApps)
	if d.p.Role == "admin" && d.r.Float64() < 0.2 {
		a.App = world.AdminCenter
	}
	if d.r.Float64() < float64(d.b.FailureRatio) {
		a.Result = world.Pick(d.r, []world.Result{world.WrongPassword, world.WrongPassword, world.MFARequired})
	}
}

var everydayApps = []world.App{
	world.Office, world.Office, world.Teams, world.Teams, world.Outlook, world.PowerApps, world.EdgeBrowsing,
}

// officeWork is files and mail for all, and flows and apps for makers.
func officeWork(d *day, a *world.Act) {
	a.Kind = world.Pick(d.r, everydayWork)
	if d.p.Role == "maker" && d.r.Float64() < 0.15 {
		a.Kind = world.Pick(d.r, makersWork)
	}
	switch a.Kind {
	case world.FileRead, world.FileModify, world.FileDownload:
		a.Item = fmt.Sprintf("%s/%s", world.Pick(d.r, folders), world.Pick(d.r, files))
	case world.ChatSend:
	case world.MailRead, world.MailSend:
		a.Item = world.Pick(d.r, subjects)
	case world.AppLaunch, world.AppPublish:
		onAsset(d, a, d.w.Kind("power_app"))
	default:
		onAsset(d, a, d.w.Of("flow", d.p))
	}
}

// onAsset chooses what it was done to; where there is nothing, somebody reads a
// file instead.
func onAsset(d *day, a *world.Act, among []*world.Asset) {
	if len(among) == 0 {
		a.Kind, a.Item = world.FileRead, "General/Handbook.docx"
		return
	}
	a.Asset = world.Pick(d.r, among)
}

var everydayWork = []world.Kind{
	world.FileRead, world.FileRead, world.FileRead, world.FileRead, world.FileRead, world.FileRead,
	world.FileModify, world.FileModify, world.FileModify, world.FileDownload,
	world.MailRead, world.MailRead, world.MailRead, world.MailSend, world.MailSend, world.ChatSend, world.ChatSend, world.AppLaunch,
}

var makersWork = []world.Kind{world.FlowEdit, world.FlowEdit, world.FlowEdit, world.FlowCreate, world.AppPublish, world.FlowShare}

var folders = []string{"General", "General/2026", "Contracts", "Invoices/2026-02", "Invoices/2026-03", "Projects/Harbour", "Templates"}

var files = []string{
	"Budget.xlsx", "Forecast Q2.xlsx", "Minutes.docx", "Offer 2291.docx", "Order list.xlsx", "Plan.pptx",
	"Price list, valid from April.xlsx", "Quote \"final\".docx", "Supplier contacts.xlsx", "Übersicht.xlsx",
}

var subjects = []string{"Minutes of today", "Re: offer", "Invoice 10412", "Lunch?", "Re: Re: delivery, Friday", "Weekly figures"}
