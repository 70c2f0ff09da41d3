"""Words for generated names: places, people, companies, products and what is said on the telephone."""

# region, team number (0 North, 1 East, 2 Centre, 3 South), cities with latitude and longitude
PLACES = (
    ("País Vasco", 0, (("Bilbao", 43.263, -2.935), ("Donostia", 43.318, -1.981), ("Vitoria-Gasteiz", 42.847, -2.673))),
    ("Galicia", 0, (("A Coruña", 43.362, -8.412), ("Vigo", 42.241, -8.721), ("Lugo", 43.010, -7.556))),
    ("Asturias", 0, (("Oviedo", 43.362, -5.850), ("Gijón", 43.532, -5.661))),
    ("Cataluña", 1, (("Barcelona", 41.387, 2.170), ("Girona", 41.979, 2.821), ("L'Hospitalet", 41.360, 2.100))),
    ("Comunitat Valenciana", 1,
     (("València", 39.470, -0.376), ("Alacant", 38.346, -0.491), ("Castelló", 39.986, -0.051))),
    ("Aragón", 1, (("Zaragoza", 41.649, -0.888), ("Huesca", 42.140, -0.409))),
    ("Madrid", 2, (("Madrid", 40.417, -3.704), ("Alcalá de Henares", 40.482, -3.364), ("Móstoles", 40.322, -3.865))),
    ("Castilla y León", 2, (("Valladolid", 41.652, -4.725), ("León", 42.599, -5.572), ("Burgos", 42.344, -3.697))),
    ("Castilla-La Mancha", 2, (("Toledo", 39.863, -4.027), ("Albacete", 38.994, -1.858))),
    ("Andalucía", 3, (("Sevilla", 37.389, -5.984), ("Málaga", 36.721, -4.421), ("Cádiz", 36.527, -6.289))),
    ("Murcia", 3, (("Murcia", 37.992, -1.131), ("Cartagena", 37.605, -0.986))),
    ("Extremadura", 3, (("Badajoz", 38.879, -6.970), ("Cáceres", 39.476, -6.372))),
)  # fmt: skip
TEAMS = ("North", "East", "Centre", "South")

FIRST_NAMES = (
    "Lucía", "Martín", "Sofía", "Hugo", "Nerea", "Iker", "Carmen", "Álvaro", "Inés", "Jordi", "Núria", "Pablo", "Elena",
    "Xabier", "Rocío", "Íñigo", "Teresa", "Óscar", "Marta", "Andrés", "Irene", "Gonzalo", "Paula", "Sergio", "Ana",
    "Tomás", "Julia", "Raúl", "Begoña", "Diego", "Mònica", "Víctor", "Alba", "Joan", "Clara", "Rubén",
)  # fmt: skip
FAMILY_NAMES = (
    "García", "Etxeberria", "Ferrer", "Núñez", "Ortega", "Vidal", "Iglesias", "Romero", "Castaño", "D'Ors", "Puig",
    "Serrano", "Zabala", "Peña", "Molina", "Lozano", "Aguirre", "Cano", "Ibáñez", "Soler", "Prieto", "Vega", "Rovira",
    "Mendoza", "Gil", "Bravo", "Sáez", "Campos", "Roig", "Herrera", "O'Neill", "Marín", "Duarte", "Lara", "Quintana",
)  # fmt: skip
TRADES = {
    "hospitality": ("Hotel", "Restaurante", "Cafetería", "Asador", "Hostal", "Bar"),
    "retail": ("Ferretería", "Droguería", "Almacenes", "Comercial", "Bazar", "Tiendas"),
    "industry": ("Talleres", "Metalúrgica", "Industrias", "Fundiciones", "Envases", "Mecanizados"),
    "construction": ("Construcciones", "Reformas", "Obras", "Pinturas", "Instalaciones", "Aislamientos"),
    "health": ("Clínica", "Residencia", "Laboratorios", "Centro Médico", "Farmacia", "Óptica"),
}
COMPANY_LAST = (
    "del Norte", "Levante", "& Hijos", "Hermanos", "La Peña", "El Sol", "Nova", "Mediterráneo", "San Andrés",
    "Atlántico", "Tres Ríos", "L'Estrella", "Castilla", "Buenavista", "& Cía.", "Alarcón", "Los Ángeles", "Sierra",
    "Can Pau", "Ibaia",
)  # fmt: skip
LEGAL_FORMS = ("S.L.", "S.A.", "S.L.U.", "S. Coop.")
SEGMENTS = tuple(TRADES)

# family, first price, margin rate, words of its products, months that its lots keep (0 = no expiry)
FAMILIES = (
    ("Cleaning", 18.0, 0.38, ("Detergent", "Degreaser", "Disinfectant", "Bleach"), 24),
    ("Paper and hygiene", 14.0, 0.27, ("Towels", "Napkins", "Tissue rolls", "Wipes"), 0),
    ("Gloves and clothing", 22.0, 0.35, ("Nitrile gloves", "Overalls", "Safety boots", "Masks"), 0),
    ("Fasteners", 9.0, 0.42, ("Screws", "Anchors", "Washers", "Rivets"), 0),
    ("Hand tools", 48.0, 0.33, ("Hammer", "Spanner set", "Pliers", "Level"), 0),
    ("Power tools", 185.0, 0.22, ("Drill", "Grinder", "Jigsaw", "Sander"), 0),
    ("Paints and sealants", 36.0, 0.31, ("Paint", "Sealant", "Primer", "Varnish"), 12),
    ("Electrical", 27.0, 0.29, ("Cable", "LED panel", "Socket", "Breaker"), 0),
    ("Packaging", 16.0, 0.25, ("Boxes", "Stretch film", "Tape", "Pallet covers"), 0),
    ("Catering supplies", 24.0, 0.30, ("Cups", "Trays", "Cutlery", "Foil"), 0),
    ("Coffee and dry food", 31.0, 0.24, ("Coffee", "Sugar", "Tea", "Biscuits"), 9),
    ("Storage", 120.0, 0.28, ("Shelving", "Trolley", "Crate", "Cabinet"), 0),
)
GRADES = ("basic", "standard", "plus", "pro")

CLAIM_CAUSES = ("late_delivery", "damaged", "wrong_item", "invoice_error", "quality")
DETAILS = {
    "late_delivery": "Arrived after the promised day",
    "damaged": "Packaging broken on arrival",
    "wrong_item": "Not what was ordered",
    "invoice_error": "Price on the invoice differs from the quote",
    "quality": "Does not last as it used to",
    "availability": "Asks when it will be available",
    "technical_data": "Asks for the technical sheet",
    "price_list": "Asks for the current price list",
    "installation": "Needs help with the installation",
    "spare_part": "Needs a spare part",
    "repair": "Sent in for repair",
}
INFORMATION_CAUSES = ("availability", "technical_data", "price_list")
AFTER_SALES_CAUSES = ("installation", "spare_part", "repair")

NOTES = (
    "Spoke with the buyer; happy with the last delivery.",
    "New site manager since March, wants a visit.",
    "Pregunta por el nuevo catálogo.",
    "Storage is full, will order after the holidays.",
    "Compares prices with two others.",
    "Asked for samples of the 'plus' range.",
    "Owner away until Monday; call again.",
    "Quiere probar 3 & 5 litros.",
)
NEXT_STEPS = ("send_quote", "call_back", "visit", "send_samples")
OUTCOMES = ("interest", "no_interest", "follow_up", "not_reached", "order_promised")
CLOSED_REASONS = ("ceased_trading", "competitor", "price", "dissatisfied", "moved_abroad", "merged", "blocked")
ASPECTS = ("delivery", "service", "product", "price", "salesperson")
REASONS = {
    "delivery": "late deliveries",
    "service": "slow answers",
    "product": "quality varies",
    "price": "too expensive",
    "salesperson": "rarely seen",
}
SALES_CHANNELS = ("field", "phone", "web", "edi")
