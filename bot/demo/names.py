"""Names of people, by culture: (first names, last names). The people are made up."""

from __future__ import annotations

#: A first and a last name of the same row go together.
CULTURES: tuple[tuple[str, str], ...] = (
    (
        "Anna Lukas Jürgen Käthe Sören Björn Mareike Günther Ulrike Jonas Hannah Götz",
        "Müller Schröder Weiß Großmann Krüger Böhm Schäfer Vogel Lindner Hoffmann Jäger Königsdorf",
    ),
    (
        "Ayşe Mehmet Zeynep Emre Elif Çağla Ömer Gülşen Burak İrem",
        "Yılmaz Demir Öztürk Şahin Kaya Çelik Aydın Koç Güneş Arslan",
    ),
    (
        "Siobhán Aoife Patrick Niamh Liam Ciara Eoin Maeve",
        "O'Brien O'Sullivan Murphy O'Connor McCarthy Ó'Dálaigh Byrne Fitzgerald",
    ),
    (
        "Giulia Marco Chiara Niccolò Alessandro Beatrice Luca Ilaria",
        "D'Angelo Dell'Acqua Rossi De'Medici Esposito Bianchi L'Abbate Conti",
    ),
    (
        "Agnieszka Łukasz Małgorzata Paweł Zofia Krzysztof Żaneta Wojciech",
        "Wiśniewska Kowalczyk Dąbrowski Szczęsny Nowak Zieliński Grzyb Jabłoński",
    ),
    (
        "Minh Linh Hương Tuấn Thảo Đức Quỳnh Bảo",
        "Nguyễn Trần Phạm Hoàng Lê Vũ Đặng Bùi",
    ),
    (
        "Fatima Omar Layla Yusuf Noor Khaled Amina Tariq",
        "Al-Masri Haddad El-Sayed Khoury Abdel-Rahman Nasser Bakri Mansour",
    ),
    (
        "Oleksandra Dmytro Yuliia Andriy Natalia Sergei Ksenia Mykola",
        "Shevchenko Kovalenko Bondarenko Petrova Volkov Tkachuk Morozova Lysenko",
    ),
    (
        "Priya Arjun Ananya Rohan Lakshmi Vikram Deepa Sanjay",
        "Subramaniam Patel Iyer Chatterjee Krishnamurthy Singh Banerjee Rao",
    ),
    (
        "Wei Xiuying Jun Mei Hao Lan Jianguo Yifei",
        "Zhang Wang Ouyang Chen Zhao Lin Sima Huang",
    ),
    (
        "Haruka Kenji Yūko Takumi Sakura Daichi Aiko Ren",
        "Satō Watanabe Kobayashi Itō Fujiwara Yamamoto Ōno Hasegawa",
    ),
    (
        "Ji-woo Min-jun Seo-yeon Hyun Eun-ji Do-yun",
        "Kim Park Choi Namgung Jeong Seo",
    ),
    (
        "Chinwe Oluwaseun Ngozi Kwame Adaeze Babatunde Ama Thandiwe",
        "Okonkwo Adeyemi N'Diaye Mensah Eze Oyelaran Owusu Dlamini",
    ),
    (
        "Eleni Dimitris Sofia Giorgos Katerina Nikos",
        "Papadopoulos Georgiou Oikonomou Nikolaidis Vlachos Papakonstantinou",
    ),
    (
        "João Inês Tiago Beatriz Conceição Gonçalo",
        "Silva Gonçalves Araújo Magalhães Simões Brandão",
    ),
    (
        "Håkon Åsa Søren Mette Jökull Guðrún Eero Päivi",
        "Ødegård Lindström Kjær Jónsdóttir Virtanen Nyström Bjørnson Mäkinen",
    ),
    (
        "Grace Oliver Amelia Noah Ruby Jack Harriet Theo",
        "Smith Taylor Featherstonehaugh Evans Wright Ashworth-Bell Brown Walker",
    ),
)

#: Names that programs like to break.
UNUSUAL_NAMES: tuple[str, ...] = (
    "María del Carmen Fernández de Córdoba y Rodríguez-Villalobos",
    "Karl-Theodor Maria Freiherr von und zu Wolkenstein-Trostburg",
    "Sean D'Arcy O'Shaughnessy-Fitzwilliam",
    "Venkatanarasimharajuvaripeta Ramachandran",
    "Ng Ô",
    "Zoë Saint-Exupéry",
    "Abū Bakr ibn Yaḥyā al-Ṣūlī",
    "Leilani Kealoha-Kāne'ohe",
    "Nguyễn Thị Minh Khai",
    "Björk Þórsdóttir",
    "Renée L'Hôpital-Ångström",
    "Null Schmidt",
)

#: Drivers of the north and of the south depot.
DRIVERS: tuple[tuple[str, ...], tuple[str, ...]] = (
    (
        "Tomasz Zieliński",
        "Aylin Kaplan",
        "Dieter Brandt",
        "Samuel Osei",
        "Hương Phạm",
        "Marek Dvořák",
        "Jasmin El-Amrani",
    ),
    (
        "Pádraig O'Neill",
        "Sabine Köhler",
        "Ivan Petrović",
        "Fatou Diallo",
        "Raj Malhotra",
        "Lena Größl",
        "Carlos Mendoza",
    ),
)

#: Plate, name, payload in grams, volume in cubic centimetres, room in pieces, equipment; north and south in turn.
VEHICLES: tuple[tuple[str, str, int, int, int, tuple[str, ...]], ...] = (
    ("B-RM 101", "Sprinter 1", 1_100_000, 10_500_000, 250, ("lift",)),
    ("B-RM 102", "Sprinter 2", 1_100_000, 10_500_000, 250, ("lift",)),
    ("B-RM 103", "Transit 1", 950_000, 9_500_000, 220, ()),
    ("B-RM 104", "Transit 2", 950_000, 9_500_000, 220, ()),
    ("B-RM 105E", "e-Vito 1", 750_000, 6_000_000, 150, ()),
    ("B-RM 106E", "e-Vito 2", 750_000, 6_000_000, 150, ()),
    ("B-RM 107E", "Kangoo Electric 1", 500_000, 3_600_000, 90, ()),
    ("B-RM 108E", "Kangoo Electric 2", 500_000, 3_600_000, 90, ()),
    ("B-RM 109", "Crafter 1", 1_300_000, 13_000_000, 300, ("lift",)),
    ("B-RM 110", "Crafter 2", 1_300_000, 13_000_000, 300, ("lift",)),
    ("B-RM 111E", "Cargo bike 1", 150_000, 1_500_000, 40, ()),
    ("B-RM 112E", "Cargo bike 2", 150_000, 1_500_000, 40, ()),
)

#: What drivers find on the label.
INSTRUCTIONS: tuple[str, ...] = (
    "Please ring twice, the bell is quiet.",
    "Side entrance, second courtyard, 3rd floor.",
    "Leave with the neighbour on the ground floor if I am out.",
    "Call on arrival, the door code changes.",
    "Careful: friendly but loud dog.",
    "Reception takes parcels until 17:00.",
    "No lift, sorry. 4th floor.",
    "Please do not ring, baby sleeping. Knock.",
)
