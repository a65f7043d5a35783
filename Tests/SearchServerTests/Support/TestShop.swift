import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import Indexer
import NIOCore
import Ranking
import Reranker
import Retriever
import Synchronization

@testable import SearchServer

/// A folder with an index of a few products, and servers over it.
final class TestShop: Sendable {
    let folder: URL
    var path: String { folder.appendingPathComponent("shop.db").path }
    /// The lines of the access log.
    let log = LogLines()

    static let products = [
        Product(
            id: ProductID("hp-1"),
            title: "Wireless headphones",
            brand: "Sorvelli",
            categories: [["Audio", "Headphones"]],
            description: "Over-ear headphones with noise cancelling.",
            price: Price(199, "EUR"),
            availability: .inStock,
            attributes: [Attribute("Color", ["black"])]
        ),
        Product(
            id: ProductID("hp-2"),
            title: "Wired headphones",
            brand: "Yinxi",
            categories: [["Audio", "Headphones"]],
            description: "Light on-ear headphones.",
            price: Price(29, "EUR"),
            availability: .outOfStock,
            attributes: [Attribute("Color", ["white"])]
        ),
        Product(id: ProductID("zh-1"), title: "蓝牙耳机 降噪", brand: "音溪", price: Price(299, "CNY")),
        Product(
            id: ProductID("x/1 ä"),
            title: "<script>alert(1)</script> lamp",
            brand: "Sorvelli",
            price: Price(15, "EUR")
        ),
    ]

    init(_ products: [Product] = products) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("aisle-server-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try publish(products)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Builds the index anew, as another process would.
    func publish(_ products: [Product]) throws {
        var build = IndexBuild(BuildOptions(products: products, into: path))
        _ = try build.run()
    }

    /// A server over the index.
    func server(
        backend: (any RerankBackend)? = nil,
        watched: WatchedReranker? = nil,
        unavailable: String? = nil,
        _ change: (inout ServerSettings) -> Void = { _ in }
    ) throws -> ShopServer {
        var settings = ServerSettings(index: path)
        settings.port = 0
        change(&settings)
        return try ShopServer(
            settings: settings,
            index: try ProductIndex(path: path, followsFile: false),
            backend: backend ?? watched,
            watched: watched,
            unavailable: unavailable,
            log: log.add
        )
    }
}

/// Lines of the access log, as they come.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var add: @Sendable (Data) -> Void {
        { data in self.lines.withLock { $0.append(String(decoding: data, as: UTF8.self)) } }
    }

    var all: [String] { lines.withLock { $0 } }
}
