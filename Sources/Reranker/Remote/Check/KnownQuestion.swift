/// A query, one document that answers it and two that have nothing to do with it.
struct KnownQuestion: Sendable, Hashable {
    /// A reranker may know one and not the other, and be of use.
    enum Language: String, Sendable, CaseIterable {
        case english = "English"
        case chinese = "Chinese"
    }

    var language: Language
    var query: String
    var answer: String
    var others: [String]

    /// The answer in the middle, so that neither the order given nor its reverse passes for a ranking.
    var documents: [String] { [others[0], answer, others[1]] }

    var request: RerankRequest { RerankRequest(query: query, documents: documents) }

    static let all = [
        KnownQuestion(
            language: .english,
            query: "wireless noise cancelling headphones",
            answer: "Over-ear Bluetooth headphones with active noise cancellation, 30 hours of battery life",
            others: ["Kitchen knives of stainless steel, 6 pieces, with block", "Cotton bed sheet, 160 x 200 cm"]
        ),
        KnownQuestion(
            language: .english,
            query: "running shoes for women",
            answer: "Women's lightweight running shoes, breathable mesh, cushioned sole",
            others: ["Garden hose, 25 m, with spray nozzle", "USB-C wall charger, 65 W, three ports"]
        ),
        KnownQuestion(
            language: .english,
            query: "What is the capital of China?",
            answer: "The capital of China is Beijing.",
            others: ["Bananas are rich in potassium.", "Light travels about 300,000 kilometres in a second."]
        ),
        KnownQuestion(
            language: .chinese,
            query: "儿童防水雨靴",
            answer: "儿童雨靴 防水防滑 橡胶 卡通图案 男女童通用",
            others: ["无线机械键盘 RGB背光 青轴", "不锈钢保温杯 500毫升"]
        ),
        KnownQuestion(
            language: .chinese,
            query: "手机充电线 1米",
            answer: "手机快充数据线 USB-C 1米 编织 耐用",
            others: ["婴儿纸尿裤 L码 40片", "户外帐篷 三人 防暴雨"]
        ),
        KnownQuestion(
            language: .chinese,
            query: "中国的首都是哪里?",
            answer: "北京是中国的首都。",
            others: ["香蕉富含钾元素。", "光每秒大约传播三十万公里。"]
        ),
    ]
}
