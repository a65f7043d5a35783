// What the rerank view's buttons load. Products and makers are invented.

export const examples = [
  {
    name: 'exampleLaptops',
    query: 'laptop for a programmer, light, long battery life, good keyboard',
    documents: [
      'Gaming notebook 17 inch, 2.9 kg, RTX graphics, RGB keyboard, up to 3 hours on battery',
      'Laptop sleeve 14 inch, felt, with a pocket for the charger',
      'Ultralight laptop 14 inch, 0.98 kg, 18 hours battery, 1.5 mm key travel, 32 GB memory',
      'Chromebook 11 inch for children, rugged, spill-resistant, 4 GB memory',
      'Business laptop 14 inch, 1.2 kg, 15 hours battery, backlit spill-resistant keyboard, Linux certified',
      'Mechanical keyboard, 75 %, hot-swappable switches, USB-C',
      'Desktop workstation, 16 cores, 64 GB memory, tower case',
      'Convertible tablet 12 inch with thin magnetic keyboard cover, 10 hours battery',
    ],
  },
  {
    name: 'exampleGifts',
    query: '送女友的生日礼物，喜欢喝咖啡',
    documents: [
      '男士电动剃须刀 三刀头 全身水洗 一小时快充',
      '手冲咖啡礼盒 细口壶+滤杯+分享壶+滤纸 送礼礼袋',
      '咖啡豆 中度烘焙 埃塞俄比亚 花果香 250g',
      '玫瑰永生花礼盒 生日礼物 送女友 附手写贺卡',
      '咖啡机除垢剂 柠檬酸 10 片装',
      '情侣马克杯一对 陶瓷 带勺 礼盒装',
      '车载手机支架 重力感应 出风口',
      '便携意式咖啡机 车载户外 充电款',
    ],
  },
  {
    name: 'exampleCross',
    query: '降噪 蓝牙 头戴式耳机',
    documents: [
      'Over-ear Bluetooth headphones with active noise cancelling, 40 hours',
      '替换耳罩 适用头戴式耳机 记忆棉 一对',
      'Wired in-ear earphones, 3.5 mm, with microphone',
      '头戴式无线蓝牙耳机 主动降噪 长续航 可折叠',
      'Headphone stand, walnut',
      '真无线蓝牙耳机 入耳式 半小时快充',
      'Bluetooth speaker, waterproof, 12 hours',
    ],
  },
];
