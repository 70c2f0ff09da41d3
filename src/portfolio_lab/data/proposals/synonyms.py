"""What companies call our tables and columns, in English, Spanish, German and French; and how alike two names are."""

import difflib
import re
import unicodedata

TABLES: dict[str, str] = {
    "orders": "sales saleslines orderlines orderitems invoices invoicelines transactions lines ventas pedidos facturas"
    " lineas bestellungen auftraege umsaetze rechnungen commandes ventes factures onlineretail",
    "customers": "clients accounts households demographics members clientes kunden kundenstamm debitoren comptes",
    "salespeople": "sellers reps salesreps representatives employees agents vendedores comerciales verkaeufer vendeurs",
    "assignments": "portfolios territories accountowners carteras zuordnungen portefeuilles",
    "absences": "holidays leave vacaciones ausencias urlaub abwesenheiten conges",
    "contacts": "visits calls activities interactions touchpoints visitas llamadas actividades besuche anrufe visites",
    "plans": "campaigns programmes programs campaigndescriptions campanas kampagnen campagnes",
    "plan_tasks": "tasks plannedvisits plannedcontacts tareas aufgaben taches",
    "service_events": "claims tickets complaints cases incidents reclamaciones reklamationen reclamations",
    "satisfaction": "surveys nps csat answers encuestas umfragen enquetes",
    "receivables": "invoicesdue openitems accountsreceivable cobros vencimientos offeneposten creances",
    "quotes": "offers quotations proposals ofertas presupuestos angebote devis",
    "products": "items articles articulos productos artikel produkte produits materials",
    "stock": "inventory existencias inventario bestand lager stocks",
    "targets": "goals quotas budget objetivos ziele objectifs",
    "valuations": "valuation navs netassetvalues valoraciones bewertungen valorisations",
    "durations": "lifetimes tenures survival spells duraciones laufzeiten durees",
    "experiment": "experiments abtest trial experimento versuch essai",
}

COLUMNS: dict[str, str] = {
    "customer_id": "customer customerno customernumber customercode custid client clientid account accountid accountno"
    " householdid cliente idcliente codcliente codigocliente kunde kundennr kundennummer debitor clientno numclient",
    "order_date": "date orderdate invoicedate transactiondate transactiontimestamp saledate salesdate postingdate"
    " documentdate fecha fechapedido fechafactura datum bestelldatum rechnungsdatum belegdatum datecommande",
    "amount": "netamount net netsales nettotal total linetotal totalamount sales salesvalue salesamount revenue value"
    " amountnet importe importeneto neto ventas netto nettobetrag betrag umsatz montant montantht",
    "order_id": "order orderno ordernumber invoice invoiceno invoicenumber basketid transactionid documentno pedido"
    " numpedido factura numfactura auftrag auftragsnr bestellnr rechnungsnr belegnr commande numcommande",
    "product_id": "product productcode productno item itemno itemcode sku article articleno stockcode material producto"
    " articulo codarticulo referencia artikel artikelnr artikelnummer produit refproduit",
    "quantity": "qty units pieces numberofunits cantidad unidades menge anzahl stueck quantite qte",
    "margin_amount": "margin grossmargin profit contribution margen rohertrag deckungsbeitrag marge",
    "cost_amount": "cost cogs costamount totalcost coste kosten einstand cout",
    "discount_amount": "discount rebate retaildisc descuento rabatt remise",
    "salesperson_id": "salesperson salesrep rep seller agent employeeid vendedor comercial codvendedor verkaeufer"
    " vertreter vendeur commercial",
    "sales_channel": "channel saleschannel canal vertriebsweg kanal",
    "promised_date": "promiseddate requireddate duedate plazo liefertermin",
    "delivered_date": "deliverydate shippeddate delivered entrega lieferdatum livraison",
    "name": "customername clientname companyname fullname productname description nombre razonsocial descripcion"
    " bezeichnung firma nom libelle producttype",
    "created_date": "createdon since customersince registrationdate alta fechaalta angelegtam",
    "closed_date": "closedon endedon baja fechabaja geschlossenam",
    "region": "area zone state province provincia zona gebiet bundesland",
    "city": "town ciudad poblacion ort stadt ville",
    "segment": "customersegment industry sector segmento branche secteur customertype",
    "start_date": "from validfrom startdate desde von debut",
    "end_date": "to until validto enddate hasta bis fin",
    "contact_date": "date visitdate calldate activitydate fecha fechavisita besuchsdatum datevisite",
    "channel": "type activitytype contacttype medium canal tipo art kanal",
    "plan_id": "campaign campaignid planid campana kampagne campagne",
    "opened_date": "openedon createdon date claimdate fecha fechaapertura eroeffnetam",
    "kind": "type category tipo art",
    "survey_date": "date answeredon fecha datum",
    "score": "rating nps csat puntuacion nota bewertung note",
    "due_date": "due duedate vencimiento faellig faelligkeit echeance",
    "paid_date": "paidon paymentdate pago fechapago bezahltam paiement",
    "quote_date": "date offerdate fecha angebotsdatum datedevis",
    "outcome": "status result resultado estado ergebnis",
    "family": "productcategory category productfamily department group familia categoria warengruppe produktgruppe"
    " famille",
    "stock_date": "date fecha datum asof",
    "month": "mes monat mois period",
    "portfolio_id": "portfolio fund fundid cartera portefeuille",
    "valuation_date": "date day valuedate fecha datum stichtag",
    "nav_before": "nav netassetvalue valuation",
    "cash_flow": "flow netflow flujo zahlungsstrom flux",
    "duration": "tenure lifetime tenuremonths followup duracion laufzeit dauer duree",
    "event_observed": "event churn churned observed ended baja gekuendigt",
    "arm": "group testgroup treatment variant segment condition grupo gruppe groupe",
}


def plain(name: str) -> str:
    """Return a name without case, accents, blanks and marks: what remains is compared."""
    spelt = name.casefold().replace("ß", "ss").replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    bare = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", bare.lower())


def likeness(ours: str, theirs: str, known: dict[str, str]) -> float:
    """Return how well a company's name fits ours: 1 the same, 0.9 a known other name, up to 0.6 alike, else 0."""
    spelt = plain(theirs)
    if spelt == plain(ours):
        return 1.0
    others = known.get(ours, "").split()
    if spelt in others:
        return 0.9
    alike = max(difflib.SequenceMatcher(None, spelt, other).ratio() for other in [plain(ours), *others])
    return 0.6 * alike if alike >= 0.8 else 0.0
