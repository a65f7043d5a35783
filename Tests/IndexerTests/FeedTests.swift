import Catalog
import Testing

@testable import Indexer

@Suite("Feeds recognized by their header")
struct FeedTests {
    @Test("Shopify: rows group by handle, with option values, lowest price and total availability")
    func shopify() throws {
        let dump = try Dump.read(
            #"""
            Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Status
            shirt,Linen Shirt,"<p>Light <b>linen</b>.</p><ul><li>Washable</li></ul>",Nordwind,Apparel > Shirts,,"summer, linen",TRUE,Size,S,Color,White,NW-S,0,49.00,59.00,4006381333931,https://x.example/s.jpg,active
            shirt,,,,,,,,,M,,White,NW-M,3,45.00,59.00,4006381333948,,
            mug,"Mug ""Harbour""",,Nordwind,,Mug,,TRUE,Title,Default Title,,,NW-MUG,0,12.50,,,,active
            draft,Not yet,,Nordwind,,,,FALSE,Title,Default Title,,,NW-D,1,1.00,,,,draft
            shirt,,,,,,,,,L,,White,NW-L,0,49.00,,,,
            lost,,,,,,,,,L,,White,NW-X,0,49.00,,,,
            """#
        )
        #expect(dump.only?.feed == "Shopify")
        #expect(dump.ids == ["shirt", "mug"])
        let shirt = try dump.product("shirt")
        #expect(shirt.description == "Light linen. Washable")
        #expect(shirt.categories == [["Apparel", "Shirts"]])
        #expect(shirt.values("Size") == ["S", "M", "L"])
        #expect(shirt.values("Color") == ["White"])
        #expect(shirt.values("sku") == ["NW-S", "NW-M", "NW-L"])
        #expect(shirt.values("gtin") == ["4006381333931", "4006381333948"])
        #expect(shirt.values("Tags") == ["summer", "linen"])
        #expect(shirt.price == Price(59))
        #expect(shirt.salePrice == 45)
        #expect(shirt.availability == .inStock)
        #expect(shirt.imageURL == "https://x.example/s.jpg")
        let mug = try dump.product("mug")
        #expect(mug.attributes == [Attribute("sku", ["NW-MUG"])])
        #expect(mug.availability == .outOfStock)
        #expect(dump.only?.skipped == ["not published": 1])
        #expect(dump.reasons == [.variantAfterGroup(group: "lost")])
    }

    @Test("Shopify's new export has the same meaning")
    func shopifyNew() throws {
        let dump = try Dump.read(
            """
            Title,URL handle,Description,Vendor,Type,Status,SKU,Barcode,Option1 name,Option1 value,Price,Compare-at price,Inventory quantity,Product image URL
            Cap,cap,<p>Wool cap</p>,Nordwind,Hats,Active,C-1,,Color,Red,20,,0,https://x.example/c.jpg
            ,cap,,,,,C-2,,,Blue,18,,0,
            """
        )
        let cap = try dump.product("cap")
        #expect(dump.only?.feed == "Shopify")
        #expect(cap.values("Color") == ["Red", "Blue"])
        #expect(cap.price == Price(18))
        #expect(cap.availability == .outOfStock)
        #expect(cap.description == "Wool cap")
    }

    @Test("a Shopify group that left the window is closed; its later rows are rejected with a remedy")
    func groupWindow() throws {
        var rows = ["Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price"]
        for number in 0..<200 { rows.append("h\(number),Title \(number),V,Size,S,S\(number),1.00") }
        rows.append("h0,,,,M,LATE,1.00")
        rows.append("h199,,,,M,SOON,1.00")
        var options = DumpOptions()
        options.groupWindow = 50_000
        let dump = try Dump.read(rows.joined(separator: "\n"), options: options)
        #expect(dump.products.count == 200)
        #expect(dump.reasons == [.variantAfterGroup(group: "h0")])
        #expect(try dump.product("h199").values("Size") == ["S", "M"])
        #expect(dump.rejects.first?.message.contains("Sort the dump") == true)
    }

    @Test("WooCommerce: variations join their parent by id or SKU, before or after it")
    func wooCommerce() throws {
        let dump = try Dump.read(
            """
            ID,Type,SKU,Name,Published,"Visibility in catalog","Short description",Description,"In stock?",Stock,"Sale price","Regular price",Categories,Images,Parent,"Attribute 1 name","Attribute 1 value(s)"
            11,variation,HOOD-B,Hoodie - Blue,1,visible,,,1,4,,45,,,id:10,Color,Blue
            10,variable,HOOD,Hoodie,1,visible,Warm.,"<p>Warm hoodie</p>",1,,,,"Clothing > Hoodies, Sale","https://x.example/h.jpg, https://x.example/2.jpg",,Color,"Blue, Red"
            12,variation,HOOD-R,Hoodie - Red,1,visible,,,0,0,35,42,,,HOOD,Color,Red
            13,simple,CAP,Cap,1,visible,Short only,,0,,,15,Clothing,,,,
            14,simple,OLD,Old cap,0,visible,,,1,,,15,Clothing,,,,
            15,simple,HID,Hidden cap,1,hidden,,,1,,,15,Clothing,,,,
            16,variation,X-1,Orphan,1,visible,,,1,,,15,,,NOPE,,
            """
        )
        #expect(dump.only?.feed == "WooCommerce")
        #expect(Set(dump.ids) == ["10", "13"])
        let hoodie = try dump.product("10")
        #expect(hoodie.title == "Hoodie")
        #expect(hoodie.categories == [["Clothing", "Hoodies"], ["Sale"]])
        #expect(hoodie.values("Color") == ["Blue", "Red"])
        #expect(Set(hoodie.values("sku") ?? []) == ["HOOD", "HOOD-B", "HOOD-R"])
        #expect(hoodie.price == Price(42))
        #expect(hoodie.salePrice == 35)
        #expect(hoodie.availability == .inStock)
        #expect(hoodie.imageURL == "https://x.example/h.jpg")
        let cap = try dump.product("13")
        #expect(cap.availability == .outOfStock)
        #expect(cap.description == "Short only")
        #expect(dump.reasons == [.variantWithoutParent(parent: "NOPE")])
        #expect(dump.only?.skipped == ["not published": 1, "hidden from the catalogue": 1])
    }

    @Test("Magento: a configurable product gathers its invisible simple ones")
    func magento() throws {
        let dump = try Dump.read(
            """
            sku,store_view_code,attribute_set_code,product_type,categories,name,description,visibility,price,special_price,url_key,qty,is_in_stock,product_online,additional_attributes,configurable_variations
            MH01-S,,Top,simple,,Hoodie-S,,Not Visible Individually,52.00,,hoodie-s,100,1,1,"color=Black,size=S",
            MH01-M,,Top,simple,,Hoodie-M,,Not Visible Individually,50.00,,hoodie-m,0,0,1,"color=Gray,size=M",
            MH01,,Top,configurable,"Default/Men,Default/Men/Hoodies",Hoodie,<p>Warm</p>,"Catalog, Search",,,hoodie,0,1,1,material=Cotton,"sku=MH01-S,size=S|sku=MH01-M,size=M"
            BAG,,Bag,simple,Default/Gear,Bag,A bag,"Catalog, Search",34.00,30,bag,5,1,1,,
            BAG,de,,simple,,Tasche,,,,,,,,,,
            LONE,,Bag,simple,,Lone part,,Not Visible Individually,3,,lone,1,1,1,,
            """
        )
        #expect(dump.only?.feed == "Magento")
        #expect(Set(dump.ids) == ["MH01", "BAG", "LONE"])
        let hoodie = try dump.product("MH01")
        #expect(hoodie.categories == [["Default", "Men"], ["Default", "Men", "Hoodies"]])
        #expect(hoodie.price == Price(50))
        #expect(hoodie.values("size") == ["S", "M"])
        #expect(hoodie.values("material") == ["Cotton"])
        #expect(hoodie.values("sku") == ["MH01-S", "MH01-M"])
        #expect(hoodie.availability == .inStock)
        #expect(try dump.product("BAG").salePrice == 30)
        #expect(dump.only?.skipped == ["another store view of a product": 1])
    }

    @Test("Magento with few columns: by the words of its product_type, rows of store views left out")
    func magentoBrief() throws {
        let dump = try Dump.read(
            "sku,product_type,store_view_code,name,price\nBAG,simple,,Bag,34\nBAG,,de,Tasche,\nCAP,Configurable,,Cap,9\n"
        )
        #expect(dump.only?.feed == "Magento")
        #expect(dump.ids == ["BAG", "CAP"])
        #expect(dump.only?.skipped == ["another store view of a product": 1])
        let other = try Dump.read("sku,product_type,name\nBAG,Bags > Leather,Bag\n")
        #expect(other.only?.feed == "table")
        #expect(other.products.first?.categories == [["Bags", "Leather"]])
    }

    @Test("Google Merchant TSV: variants stay products with a group")
    func googleTable() throws {
        let dump = try Dump.read(
            """
            id\ttitle\tdescription\tlink\timage_link\tavailability\tprice\tsale_price\tbrand\tgtin\tmpn\tproduct_type\tgoogle_product_category\titem_group_id\tcolor
            T1\tTee Red\tSoft tee\thttps://x.example/t1\thttps://x.example/t1.jpg\tin_stock\t15.00 USD\t12.00 USD\tAcme\t4006381333931\tAC-1\tApparel > Tees\t212\tTEE\tred
            T2\tTee Blue\tSoft tee\thttps://x.example/t2\thttps://x.example/t2.jpg\tpreorder\t15.00 USD\t\tAcme\t\tAC-2\tApparel > Tees\t212\tTEE\tblue
            """,
            name: "feed.txt"
        )
        #expect(dump.only?.feed == "Google Merchant")
        let red = try dump.product("T1")
        #expect(red.price == Price(15, "USD"))
        #expect(red.salePrice == 12)
        #expect(red.groupID == "TEE")
        #expect(red.availability == .inStock)
        #expect(red.categories.first == ["Apparel", "Tees"])
        #expect(red.values("gtin") == ["4006381333931"])
        #expect(red.values("mpn") == ["AC-1"])
        #expect(red.values("color") == ["red"])
        #expect(red.url == "https://x.example/t1")
        #expect(red.imageURL == "https://x.example/t1.jpg")
        #expect(try dump.product("T2").availability == .preorder)
    }

    @Test("Amazon ESCI")
    func esci() throws {
        let dump = try Dump.read(
            "product_id,product_title,product_description,product_bullet_point,product_brand,product_color,product_locale\n"
                + "B01,Desk Lamp,<p>Nice &amp; bright</p>,one,Lumo,Black,us\n"
        )
        #expect(dump.only?.feed == "Amazon ESCI")
        let lamp = try dump.product("B01")
        #expect(lamp.brand == "Lumo")
        #expect(lamp.description == "Nice & bright")
        #expect(lamp.values("color") == ["Black"])
        #expect(lamp.values("product_locale") == ["us"])
    }

    @Test("WANDS: tab separated although it is called .csv, paths by slash, features by bar")
    func wands() throws {
        let dump = try Dump.read(
            "product_id\tproduct_name\tproduct_class\tcategory hierarchy\tproduct_description\tproduct_features\taverage_rating\trating_count\n"
                + "0\tsolid wood bed\tBeds\tFurniture / Bedroom / Beds\tdeep , sleep\toverallwidth:64.7|style : modern|style : rustic\t4.5\t15.0\n",
            name: "product.csv"
        )
        #expect(dump.only?.feed == "WANDS")
        let bed = try dump.product("0")
        #expect(bed.categories == [["Furniture", "Bedroom", "Beds"]])
        #expect(bed.values("overallwidth") == ["64.7"])
        #expect(bed.values("style") == ["modern", "rustic"])
        #expect(bed.rating == 4.5)
        #expect(bed.ratingCount == 15)
    }

    @Test("Open Food Facts")
    func openFoodFacts() throws {
        let dump = try Dump.read(
            "code\turl\tproduct_name\tbrands\tcategories\timage_url\tquantity\n"
                + "3017620422003\thttp://x.example/1\tNutella\tFerrero\tSpreads, Sweet spreads\thttp://x.example/i.jpg\t400 g\n",
            name: "off.csv"
        )
        #expect(dump.only?.feed == "Open Food Facts")
        let jar = try dump.product("3017620422003")
        #expect(jar.brand == "Ferrero")
        #expect(jar.categories == [["Spreads"], ["Sweet spreads"]])
        #expect(jar.values("quantity") == ["400 g"])
        let shared = try Dump.read(
            "code\turl\tproduct_name\tbrands\tcategories\n1\thttp://x.example/1\tBar\tMilka, Mondelez,Milka\tSweets\n",
            name: "off.csv"
        )
        #expect(shared.products.first?.brand == "Milka")
        #expect(shared.products.first?.values("brands") == ["Mondelez", "Milka"])
        #expect(jar.availability == nil)
    }

    @Test(
        "likely names in other languages",
        arguments: [
            "商品编号,商品名称,品牌,价格,分类\n1,保温杯,富光,¥ 99,家居 > 杯子",
            "Artikelnummer;Bezeichnung;Marke;Preis;Kategorie\n1;保温杯;富光;99;家居 > 杯子",
            "référence;désignation;marque;prix;catégorie\n1;保温杯;富光;99;家居 > 杯子",
            "código;nombre;marca;precio;categoría\n1;保温杯;富光;99;家居 > 杯子",
            "Артикул;Название;Бренд;Цена;Категория\n1;保温杯;富光;99;家居 > 杯子",
        ]
    )
    func languages(text: String) throws {
        let dump = try Dump.read(text)
        let cup = try dump.product("1")
        #expect(cup.title == "保温杯")
        #expect(cup.brand == "富光")
        #expect(cup.price?.amount == 99)
        #expect(cup.categories == [["家居", "杯子"]])
    }
}
