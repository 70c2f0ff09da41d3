"""What companies call our tables and columns, in five languages, and how alike two names are."""

import difflib
import re
import unicodedata

TABLES: dict[str, str] = {
    "orders": "sales saleslines orderlines orderitems invoices invoicelines transactions lines ventas pedidos"
    " facturas lineas bestellungen auftraege umsaetze rechnungen commandes ventes factures onlineretail vendas"
    " notasfiscais notas faturas auftragspositionen belege rechnungspositionen lineasdeventa ventaslineas"
    " lineaspedido",
    "customers": "clients accounts households demographics members clientes kunden kundenstamm debitoren comptes"
    " cadastroclientes kundenliste kundendaten fichaclientes",
    "salespeople": "sellers reps salesreps representatives employees agents vendedores comerciales verkaeufer"
    " vendeurs vendedoras representantes vertreter aussendienst",
    "assignments": "portfolios territories accountowners carteras zuordnungen portefeuilles",
    "absences": "holidays leave vacaciones ausencias urlaub abwesenheiten conges",
    "contacts": "visits calls activities interactions touchpoints visitas llamadas actividades besuche anrufe visites"
    " contatos contactos kontakte visitasclientes",
    "plans": "campaigns programmes programs campaigndescriptions campanas kampagnen campagnes",
    "plan_tasks": "tasks plannedvisits plannedcontacts tareas aufgaben taches",
    "service_events": "claims tickets complaints cases incidents reclamaciones reklamationen reclamations",
    "satisfaction": "surveys nps csat answers encuestas umfragen enquetes",
    "receivables": "invoicesdue openitems accountsreceivable cobros vencimientos offeneposten creances contasareceber"
    " titulos",
    "quotes": "offers quotations proposals ofertas presupuestos angebote devis",
    "products": "items articles articulos productos artikel produkte produits materials itens materialstamm"
    " artikelstamm mercadorias",
    "stock": "inventory existencias inventario bestand lager stocks",
    "targets": "goals quotas budget objetivos ziele objectifs",
    "valuations": "valuation navs netassetvalues valoraciones bewertungen valorisations",
    "durations": "lifetimes tenures survival spells duraciones laufzeiten durees",
    "experiment": "experiments abtest trial experimento versuch essai",
}

COLUMNS: dict[str, str] = {
    "customer_id": "customer customerno customernumber customercode custid client clientid account accountid"
    " accountno householdid cliente idcliente codcliente codigocliente kunde kundennr kundennummer debitor"
    " clientno numclient nocliente ncliente numcliente numerocliente clienteid codigodecliente codigodocliente"
    " codcli idcli kdnr kdnummer kundenid kundencode debitorennr debitorennummer debitornr nclient numeroclient"
    " codeclient idclient refclient soldto soldtoparty buyer buyerid userid memberid",
    "order_date": "date orderdate invoicedate transactiondate transactiontimestamp saledate salesdate postingdate"
    " documentdate fecha fechapedido fechafactura datum bestelldatum rechnungsdatum belegdatum datecommande data"
    " datapedido dataemissao datafatura datavenda dtvenda dtemissao dtpedido fechaventa fechadocumento"
    " fechaemision fechaalbaran fakturadatum redatum rgdatum auftragsdatum buchungsdatum verkaufsdatum"
    " lieferscheindatum datevente datefacture datepiece purchasedate orderedat orderedon createdat",
    "amount": "netamount net netsales nettotal total linetotal totalamount sales salesvalue salesamount revenue value"
    " amountnet importe importeneto neto ventas netto nettobetrag betrag umsatz montant montantht valor"
    " valorliquido valortotal vlrliquido vlliquido vltotal receita faturamento importelinea baseimponible"
    " totalneto importetotal nettoumsatz umsatznetto nettowert nettosumme positionswert warenwert totalht caht"
    " chiffreaffaires montanttotal extendedprice netvalue",
    "order_id": "order orderno ordernumber invoice invoiceno invoicenumber basketid transactionid documentno pedido"
    " numpedido factura numfactura auftrag auftragsnr bestellnr rechnungsnr belegnr commande numcommande nopedido"
    " numeropedido nota notafiscal nf nrnota nronota fatura nofatura nofactura nfactura albaran numalbaran"
    " numerofactura belegnummer rechnungsnummer auftragsnummer bestellnummer rgnr renr beleg nocommande numcde"
    " piece nopiece salesorder",
    "product_id": "product productcode productno item itemno itemcode sku article articleno stockcode material"
    " producto articulo codarticulo referencia artikel artikelnr artikelnummer produit refproduit produto"
    " codproduto codigoproduto codigodoproduto codigoarticulo ref refarticulo artnr artikelcode materialnr"
    " materialnummer codearticle refarticle stockno upc ean",
    "quantity": "qty units pieces numberofunits cantidad unidades menge anzahl stueck quantite qte quantidade qtd"
    " qtde uds cant stk stueckzahl positionsmenge quantitecommandee nb",
    "margin_amount": "margin grossmargin profit contribution margen rohertrag deckungsbeitrag marge",
    "cost_amount": "cost cogs costamount totalcost coste kosten einstand cout custo kostenbetrag einstandswert"
    " wareneinsatz",
    "discount_amount": "discount rebate retaildisc descuento rabatt remise desconto dto remisetotale",
    "salesperson_id": "salesperson salesrep rep seller agent employeeid vendedor comercial codvendedor verkaeufer"
    " vertreter vendeur commercial codrepresentante representante agente aussendienst adm betreuer vertriebler"
    " responsavel codcomercial representant",
    "sales_channel": "channel saleschannel canal vertriebsweg kanal",
    "promised_date": "promiseddate requireddate duedate plazo liefertermin",
    "delivered_date": "deliverydate shippeddate delivered entrega lieferdatum livraison",
    "name": "customername clientname companyname fullname productname description nombre razonsocial descripcion"
    " bezeichnung firma nom libelle producttype nome nomecliente nombrecliente razaosocial kundenname firmenname"
    " name1 raisonsociale nomclient denominacion",
    "created_date": "createdon since customersince registrationdate alta fechaalta angelegtam",
    "closed_date": "closedon endedon baja fechabaja geschlossenam",
    "region": "area zone state province provincia zona gebiet bundesland estado uf regiao comunidad departement bezirk",
    "city": "town ciudad poblacion ort stadt ville cidade municipio localidad poblacao stadtort",
    "segment": "customersegment industry sector segmento branche secteur customertype ramo setor branchencode",
    "start_date": "from validfrom startdate desde von debut",
    "end_date": "to until validto enddate hasta bis fin",
    "contact_date": "date visitdate calldate activitydate fecha fechavisita besuchsdatum datevisite datavisita"
    " datacontato kontaktdatum",
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
    " famille familiaproduto grupo grupodeproduto artikelgruppe",
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


def bare_name(name: str) -> str:
    """Return a table's name without the ending of a file and without years, numbers and marks behind it."""
    return re.sub(r"[\W_\d]+$", "", re.sub(r"(?i)(\.(csv|txt|tsv|parquet|pq|xlsx|xlsm|gz))+$", "", name))


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
