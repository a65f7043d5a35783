import Catalog
import Testing

@Suite("Language detection")
struct AnalyzerLanguageTests {
    @Test(
        "texts that tell their language are believed",
        arguments: [
            ("The perfect charger for your phone, with a cable and an adapter", Language.english),
            ("Der perfekte Begleiter für unterwegs, mit Tasche und Ladekabel", .german),
            ("Un casque sans fil pour écouter votre musique avec style", .french),
            ("Auriculares inalámbricos para el gimnasio y la oficina con micrófono", .spanish),
            ("Cuffie senza fili per la palestra e il lavoro con microfono", .italian),
            ("Fones de ouvido sem fio para você e sua família, com microfone", .portuguese),
            ("Draadloze koptelefoon voor thuis en op het werk met een microfoon", .dutch),
            ("Trådlösa hörlurar för hemmet och kontoret som är bekväma att bära", .swedish),
            ("Langattomat kuulokkeet kotiin ja toimistoon, sekä mikrofoni joka on mukana", .finnish),
            ("Мешки для мусора с ручками, 30 л", .russian),
            ("Наушники Sony WH-1000XM4", .russian),
        ]
    )
    func telling(text: String, expected: Language) throws {
        var detector = LanguageDetector(analyzer: try Analyzer(), fallback: .none)
        detector.add(text)
        #expect(detector.language == expected)
    }

    @Test("texts that do not tell get the fallback", arguments: ["Sony WH-1000XM4", "", "化妆包 iPhone 15", "LED TV 55"])
    func silent(text: String) throws {
        var detector = LanguageDetector(analyzer: try Analyzer(), fallback: .german)
        detector.add(text)
        #expect(detector.language == .german)
    }

    @Test("evidence adds up over a product's texts and is forgotten between products")
    func addition() throws {
        var detector = LanguageDetector(analyzer: try Analyzer(), fallback: .none)
        detector.add("Lampe für Garten")
        #expect(detector.language == .none)
        detector.add("Leuchte mit Akku und Sensor")
        #expect(detector.language == .german)
        detector.reset()
        #expect(detector.language == .none)
    }
}
